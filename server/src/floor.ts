/**
 * The floor of the centre as the facts committed so far tell it: live calls, phones, PBXs. In memory, rebuilt from Postgres at
 * start and after any failure of the database. Nothing but the event pipeline and the binding of a client changes it.
 */
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import { openVisit, type CallState, type Instant } from './calls/call-state.ts';
import { instant } from './calls/evolve.ts';
import type { LiveCall } from './calls/live-call.ts';
import { deskLegOf, extensionsOf, type DeskLeg } from './desk/desk-calls.ts';

type Pbx = { connected: boolean; since: Instant; clockOffsetMs: number };
/** A phone's part in a live call. */
export type AgentPart = { call: LiveCall; desk: DeskLeg };
type Phone = { reachable: boolean; since: Instant };

const at = (pbxId: string, name: string): string => `${pbxId}/${name}`;

export class Floor {
  #calls = new Map<string, LiveCall>();
  #callsOfPhone = new Map<string, Set<string>>();
  #waiting = new Map<string, Set<string>>();
  #freeSince = new Map<string, Instant>();
  #phones = new Map<string, Phone>();
  #pbxs = new Map<string, Pbx>();

  /** Forgets everything. */
  clear(): void {
    for (const map of [this.#calls, this.#callsOfPhone, this.#waiting, this.#freeSince, this.#phones, this.#pbxs])
      map.clear();
  }

  call(callId: string): LiveCall | undefined {
    return this.#calls.get(callId);
  }

  get calls(): Iterable<LiveCall> {
    return this.#calls.values();
  }

  get liveCalls(): number {
    return this.#calls.size;
  }

  /** The call as it is from now on; one that ended is forgotten. */
  put(call: LiveCall): void {
    const { id, pbxId } = call.state;
    const before = this.#calls.get(id)?.state;
    if (before) this.#index(before, 'delete');
    if (call.state.endedAt === null) {
      this.#calls.set(id, call);
      this.#index(call.state, 'add');
    } else {
      this.#calls.delete(id);
    }
    for (const extension of new Set([...(before ? extensionsOf(before) : []), ...extensionsOf(call.state)])) {
      const left = deskLegOf(before ?? null, extension) && !deskLegOf(call.state, extension);
      if (left) this.#freeSince.set(at(pbxId, extension), call.state.endedAt ?? lastEndOf(call.state));
    }
  }

  /** A fact about no call. */
  observe(fact: DomainEvent): void {
    const since = instant(fact);
    switch (fact.kind) {
      case 'PbxConnected':
        this.#pbxs.set(fact.pbxId, { connected: true, since, clockOffsetMs: fact.clockOffsetMs });
        break;
      case 'PbxDisconnected':
        this.#pbxs.set(fact.pbxId, {
          connected: false,
          since,
          clockOffsetMs: this.#pbxs.get(fact.pbxId)?.clockOffsetMs ?? 0,
        });
        break;
      case 'PhoneReachable':
      case 'PhoneUnreachable':
        this.#phones.set(at(fact.pbxId, fact.extension), { reachable: fact.kind === 'PhoneReachable', since });
        break;
      default:
    }
  }

  /** The parts that a phone has in live calls, the oldest first. */
  callsOf(pbxId: string, extension: string): AgentPart[] {
    const ids = this.#callsOfPhone.get(at(pbxId, extension)) ?? [];
    return [...ids]
      .flatMap((id) => {
        const call = this.#calls.get(id);
        const desk = call ? deskLegOf(call.state, extension) : null;
        return call && desk ? [{ call, desk }] : [];
      })
      .sort((a, b) => a.call.state.startedAt - b.call.state.startedAt);
  }

  /** When the phone's last call left it; 0 when there was none that we know. */
  freeSince(pbxId: string, extension: string): Instant {
    return this.#freeSince.get(at(pbxId, extension)) ?? 0;
  }

  phone(pbxId: string, extension: string): Phone | null {
    return this.#phones.get(at(pbxId, extension)) ?? null;
  }

  pbx(pbxId: string): Pbx | null {
    return this.#pbxs.get(pbxId) ?? null;
  }

  /** When each call that waits in the queue began to. */
  waitingSince(pbxId: string, queue: string): Instant[] {
    return [...(this.#waiting.get(at(pbxId, queue)) ?? [])].flatMap((id) => {
      const call = this.#calls.get(id);
      return (call && openVisit(call.state)?.joinedAt) ?? [];
    });
  }

  #index(call: CallState, operation: 'add' | 'delete'): void {
    for (const extension of extensionsOf(call))
      change(this.#callsOfPhone, at(call.pbxId, extension), call.id, operation);
    const visit = openVisit(call);
    if (visit) change(this.#waiting, at(call.pbxId, visit.queue), call.id, operation);
  }
}

function change(index: Map<string, Set<string>>, key: string, id: string, operation: 'add' | 'delete'): void {
  const ids = index.get(key) ?? new Set<string>();
  ids[operation](id);
  if (ids.size > 0) index.set(key, ids);
  else index.delete(key);
}

const lastEndOf = (call: CallState): Instant => Math.max(call.startedAt, ...call.legs.map((leg) => leg.endedAt ?? 0));
