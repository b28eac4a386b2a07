/** The calls that one batch of facts changes, as they become: beside the floor, which stays as it is until the commit. */
import type { DomainEvent, EventOf } from '@headset/ami-bridge/domain-events';
import type { Database } from '@headset/db';
import type { Logger } from 'pino';
import type { Roster } from '../agents/roster.ts';
import type { Matches } from '../clients/client-match.ts';
import type { Floor } from '../floor.ts';
import type { Metrics } from '../metrics.ts';
import type { CallState } from './call-state.ts';
import { instant, type Anomaly } from './evolve.ts';
import { isLate } from './in-order.ts';
import { e164Of } from './caller-number.ts';
import { liveCall, type LiveCall } from './live-call.ts';
import { callsConcerned, foldFact, type CallChange } from './live-fold.ts';
import { replay } from './replay.ts';

/** A fact that is committed, and what it changed. */
export type Step = { fact: DomainEvent; changes: CallChange[] };

export type DraftContext = { floor: Floor; roster: Roster; log: Logger; metrics: Metrics; matches: Matches };

export class Draft {
  readonly #context: DraftContext;
  /** As they were before the batch. */
  readonly #base = new Map<string, CallState>();
  readonly #calls = new Map<string, LiveCall>();
  readonly #changedIds = new Set<string>();
  /** Calls that `recall` has folded with all that this batch tells of them; true until the first of these facts is folded. */
  readonly #recalled = new Map<string, boolean>();
  readonly #anomalies: { anomaly: Anomaly; fact: DomainEvent }[] = [];
  owners: readonly { e164: string; clientId: string }[] = [];

  constructor(context: DraftContext) {
    this.#context = context;
  }

  get changed(): LiveCall[] {
    return [...this.#changedIds].flatMap((id) => this.#calls.get(id) ?? []);
  }

  /** The call as its row is; null when there is none yet, or when the row may say otherwise (an end that was only guessed). */
  before(call: LiveCall): LiveCall | null {
    const { id } = call.state;
    const state = this.#recalled.has(id) ? undefined : this.#base.get(id);
    return state ? { ...call, state } : null;
  }

  changedLegs = (state: CallState) => state.legs.filter((leg) => !this.#base.get(state.id)?.legs.includes(leg));
  changedVisits = (state: CallState) =>
    state.visits.filter((visit) => !this.#base.get(state.id)?.visits.includes(visit));

  /** The numbers whose owners must be known: those of calls that begin. */
  numbersOf(facts: readonly DomainEvent[]): string[] {
    return facts.flatMap((fact) => (fact.kind === 'CallStarted' ? (this.#numberOf(fact) ?? []) : []));
  }

  /**
   * Facts that come late, told by the PBX's own record after an outage, are folded in the order in which things happened: their calls
   * are read from the ledger, which does not know of ends that were only guessed.
   */
  async recall(sql: Database['$client'], facts: readonly DomainEvent[]): Promise<void> {
    for (const { before, after } of await replay(sql, [...this.#late(facts)], facts)) {
      const { id } = after.state;
      const known = this.#context.floor.call(id)?.known ?? after.known;
      if (before) this.#base.set(id, before.state);
      this.#calls.set(id, { known, state: after.state });
      this.#recalled.set(id, true);
    }
  }

  /** Calls about which a fact comes after something that happened later, or after their end. */
  #late(facts: readonly DomainEvent[]): Set<string> {
    const late = new Set<string>();
    const begun = new Set<string>();
    /** Calls whose end a PbxConnected of this batch is about to guess. */
    const guessed = new Set<string>();
    for (const fact of facts) {
      if (fact.kind === 'CallStarted') begun.add(fact.callId);
      if (fact.kind === 'PbxConnected')
        for (const { id } of this.#live(fact.pbxId)) if (!fact.openCallIds.includes(id)) guessed.add(id);
      for (const id of callsConcerned(fact)) {
        const call = this.#get(id)?.state;
        const isNew = call === undefined && begun.has(id);
        if (!isNew && (call === undefined || guessed.has(id) || isLate(call, instant(fact)))) late.add(id);
      }
    }
    return late;
  }

  fold(fact: DomainEvent): Step {
    const concerned = callsConcerned(fact);
    if (concerned.some((id) => this.#recalled.has(id)))
      return { fact, changes: concerned.flatMap((id) => this.#recall(id)) };
    const { changes, anomalies } = foldFact(
      {
        get: (id) => this.#get(id)?.state,
        live: (pbxId) => this.#live(pbxId),
      },
      fact,
    );
    for (const anomaly of anomalies) this.#anomalies.push({ anomaly, fact });
    for (const { before, after } of changes) {
      const known = this.#get(after.id);
      if (before && !this.#base.has(after.id)) this.#base.set(after.id, before);
      this.#calls.set(after.id, known ? { ...known, state: after } : this.#begin(after, fact));
      this.#changedIds.add(after.id);
    }
    if (fact.kind === 'CallStarted' || fact.kind === 'CallOffered') this.#lookUp(fact.callId);
    return { fact, changes };
  }

  /** The change of a recalled call, told with the first fact about it. */
  #recall(id: string): CallChange[] {
    const call = this.#calls.get(id);
    if (call === undefined || this.#recalled.get(id) !== true) return [];
    this.#recalled.set(id, false);
    this.#changedIds.add(id);
    return [{ before: this.#base.get(id) ?? null, after: call.state }];
  }

  /** To be called when the facts are committed: a draft may be thrown away. */
  reportAnomalies(): void {
    for (const { anomaly, fact } of this.#anomalies) {
      this.#context.metrics.anomalies.inc({ anomaly });
      this.#context.log.warn(
        { anomaly, kind: fact.kind, callId: fact.callId, legId: fact.legId },
        'an impossible fact changed nothing',
      );
    }
  }

  /** While the transaction commits, and before a phone rings. */
  #lookUp(callId: string): void {
    const call = this.#get(callId);
    if (call) this.#context.matches.prefetch(call);
  }

  #get(id: string): LiveCall | undefined {
    return this.#calls.get(id) ?? this.#context.floor.call(id);
  }

  *#live(pbxId: string): Iterable<CallState> {
    const seen = new Set<string>();
    for (const { state } of [...this.#calls.values(), ...this.#context.floor.calls]) {
      if (seen.has(state.id)) continue;
      seen.add(state.id);
      if (state.pbxId === pbxId && state.endedAt === null) yield state;
    }
  }

  #begin(state: CallState, fact: DomainEvent): LiveCall {
    const numberE164 = fact.kind === 'CallStarted' ? this.#numberOf(fact) : null;
    const owners = this.owners.filter((owner) => owner.e164 === numberE164);
    const [owner] = owners;
    return liveCall(state, { numberE164, clientId: owner && owners.length === 1 ? owner.clientId : null });
  }

  #numberOf(fact: EventOf<'CallStarted'>): string | null {
    if (fact.direction === 'internal') return null;
    return e164Of(fact.direction === 'inbound' ? fact.caller.number : fact.dialled, this.#context.roster.organisation);
  }
}
