/** What each agent's desk shows, and telling it when that changes. Reads the floor, changes nothing. */
import type { Agent } from '@headset/db/queries/agents';
import { agentState, type TimedState } from '../agents/agent-state.ts';
import type { Intents } from '../agents/intents.ts';
import type { Presence } from '../agents/presence.ts';
import type { Roster } from '../agents/roster.ts';
import { openVisit, otherNumber } from '../calls/call-state.ts';
import { e164Of } from '../calls/caller-number.ts';
import type { Step } from '../calls/draft.ts';
import { liveCall, type LiveCall } from '../calls/live-call.ts';
import type { Matches } from '../clients/client-match.ts';
import type { ClientMatch, DeskEvent, DeskSnapshot, Telephony } from '../contract/desk.ts';
import type { AgentPart, Floor } from '../floor.ts';
import type { Metrics } from '../metrics.ts';
import type { Publisher } from '../publish.ts';
import { deskCall } from './desk-call.ts';
import { deskChanges, deskLegOf, type DeskChange } from './desk-calls.ts';
import { OncePerSecond, waitingOf } from './waiting.ts';

export type DeskBoardOptions = {
  floor: Floor;
  roster: Roster;
  intents: Intents;
  presence: Presence;
  matches: Matches;
  metrics: Metrics;
  telephony: (pbxId: string) => Telephony;
  publisher: Pick<Publisher, 'event'>;
};

export class DeskBoard {
  readonly #options: DeskBoardOptions;
  /** What each desk was told last, so that only changes are told. */
  readonly #told = new Map<string, string>();
  readonly #waiting: OncePerSecond;

  constructor(options: DeskBoardOptions) {
    this.#options = options;
    this.#waiting = new OncePerSecond((agentId) => this.#tellWaiting(agentId));
  }

  close(): void {
    this.#waiting.close();
  }

  stateOf(agent: Agent): TimedState {
    const { floor, intents, presence } = this.#options;
    const presentSince = presence.presentSince(agent.id);
    const phone = phoneOf(agent);
    const facts = {
      present: presentSince !== null,
      presentSince: presentSince ?? 0,
      phone: phone && floor.phone(phone.pbxId, phone.extension),
      calls: phone ? floor.callsOf(phone.pbxId, phone.extension).map(({ desk }) => desk) : [],
      freeSince: phone ? floor.freeSince(phone.pbxId, phone.extension) : 0,
    };
    return agentState(intents.of(agent.id), facts, this.#now(agent.pbxId));
  }

  /**
   * Looks up the clients of the agent's calls, then hands the whole picture to `use` in the same turn in which it was taken: no event
   * can come between.
   */
  async withSnapshot(agent: Agent, use: (snapshot: DeskSnapshot) => void): Promise<void> {
    const { floor, matches } = this.#options;
    const phone = phoneOf(agent);
    const found = new Map<string, ClientMatch>();
    for (;;) {
      const parts = phone ? floor.callsOf(phone.pbxId, phone.extension) : [];
      const unknown = parts.filter(({ call }) => !found.has(call.state.id));
      if (unknown.length === 0) return use(this.#snapshot(agent, parts, found));
      await Promise.all(unknown.map(async ({ call }) => found.set(call.state.id, await matches.of(call))));
    }
  }

  #snapshot(agent: Agent, parts: readonly AgentPart[], found: ReadonlyMap<string, ClientMatch>): DeskSnapshot {
    const { roster, telephony } = this.#options;
    const now = this.#now(agent.pbxId);
    const { state, ageMs } = this.stateOf(agent);
    return {
      state,
      stateAgeMs: ageMs,
      intent: this.#intentOf(agent),
      phoneReachable: this.#phoneReachable(agent),
      telephony: agent.pbxId === null ? { state: 'connected' } : telephony(agent.pbxId),
      waiting: this.#waitingOf(agent),
      calls: parts.map(({ call, desk }) =>
        deskCall(roster, call, call.state, desk, found.get(call.state.id) ?? { kind: 'none' }, now),
      ),
    };
  }

  /** Tells the desks concerned what the facts changed, in their order. */
  async publish(steps: readonly Step[]): Promise<void> {
    const { floor, roster, metrics } = this.#options;
    const agents = new Set<Agent>();
    const queues = new Set<string>();
    for (const { fact, changes } of steps) {
      for (const change of changes) {
        for (const deskChange of deskChanges(change)) {
          const agent = roster.agentAt(change.after.pbxId, deskChange.extension);
          if (!agent) continue;
          agents.add(agent);
          await this.#tellCall(agent, deskChange);
        }
        const waited = change.before && openVisit(change.before)?.queue;
        const waits = openVisit(change.after)?.queue;
        if (waited !== waits) for (const queue of [waited, waits]) if (queue) queues.add(`${fact.pbxId}/${queue}`);
      }
      if (fact.kind === 'PhoneReachable' || fact.kind === 'PhoneUnreachable') {
        const agent = roster.agentAt(fact.pbxId, fact.extension);
        if (!agent) continue;
        agents.add(agent);
        this.#tell(agent.id, { kind: 'phoneChanged', phoneReachable: this.#phoneReachable(agent) });
      }
      if (fact.kind === 'PbxConnected' || fact.kind === 'PbxDisconnected') this.telephonyChanged(fact.pbxId);
    }
    for (const agent of agents) this.stateMayHaveChanged(agent.id);
    for (const agentId of this.#membersOf(queues)) this.#waiting.want(agentId);
    metrics.liveCalls.set(floor.liveCalls);
  }

  /** A client was bound to a live call: every agent who has a part in it sees who it is. */
  async callBound(callId: string): Promise<void> {
    const { floor, roster } = this.#options;
    const call = floor.call(callId);
    if (!call) return;
    for (const agent of roster.agents) {
      const desk =
        agent.pbxId === call.state.pbxId && agent.extension !== null ? deskLegOf(call.state, agent.extension) : null;
      if (desk && agent.extension !== null)
        await this.#tellCall(agent, { extension: agent.extension, kind: 'changed', call: call.state, desk });
    }
  }

  /** Every desk gets a whole picture now: what it was told before is void. */
  forgetTold(): void {
    this.#told.clear();
  }

  stateMayHaveChanged(agentId: string): void {
    const agent = this.#options.roster.agent(agentId);
    if (!agent) return;
    const { state, ageMs } = this.stateOf(agent);
    const intent = this.#intentOf(agent);
    const told = JSON.stringify([state, intent]);
    if (this.#told.get(agentId) === told) return;
    this.#told.set(agentId, told);
    this.#tell(agentId, { kind: 'stateChanged', state, stateAgeMs: ageMs, intent });
  }

  telephonyChanged(pbxId: string): void {
    const { roster, telephony, metrics } = this.#options;
    const now = telephony(pbxId);
    metrics.pbxConnected.set({ pbx: pbxId }, now.state === 'connected' ? 1 : 0);
    if (this.#told.get(`pbx ${pbxId}`) === now.state) return;
    this.#told.set(`pbx ${pbxId}`, now.state);
    for (const agent of roster.agents)
      if (agent.pbxId === pbxId) this.#tell(agent.id, { kind: 'telephonyChanged', telephony: now });
  }

  async #tellCall(agent: Agent, change: DeskChange): Promise<void> {
    const { floor, roster, presence, matches, metrics } = this.#options;
    if (!presence.hasDesk(agent.id)) return;
    if (change.kind === 'left')
      return this.#tell(agent.id, { kind: 'callLeft', callId: change.call.id, outcome: change.outcome });
    const call = floor.call(change.call.id) ?? this.#endedAtOnce(change);
    if (!call) return;
    const match = await matches.of(call);
    const view = deskCall(roster, call, change.call, change.desk, match, this.#now(agent.pbxId));
    this.#tell(agent.id, { kind: change.kind === 'offered' ? 'callOffered' : 'callChanged', call: view });
    if (change.kind === 'offered') metrics.pops.inc();
  }

  /**
   * A call that ended within the same batch is no longer on the floor. Of an offer the desk then hears the end alone; of a call that it
   * made itself (busy, unobtainable: over in milliseconds) it must hear which one it was.
   */
  #endedAtOnce({ call, desk }: Extract<DeskChange, { desk: unknown }>): LiveCall | null {
    if (desk.phase !== 'dialling') return null;
    return liveCall(call, { numberE164: e164Of(otherNumber(call), this.#options.roster.organisation) });
  }

  #tell(agentId: string, event: DeskEvent): void {
    this.#options.publisher.event(agentId, event);
  }

  #tellWaiting(agentId: string): void {
    const agent = this.#options.roster.agent(agentId);
    if (agent) this.#tell(agentId, { kind: 'waitingChanged', waiting: this.#waitingOf(agent) });
  }

  #waitingOf(agent: Agent) {
    const { floor, roster } = this.#options;
    const { pbxId } = agent;
    if (pbxId === null) return waitingOf([], 0);
    const queues = roster.membershipsOf(pbxId).filter((membership) => membership.agentId === agent.id);
    return waitingOf(
      queues.flatMap(({ queueCode }) => floor.waitingSince(pbxId, queueCode)),
      this.#now(pbxId),
    );
  }

  /** Agents at a desk who take calls of these queues (`pbxId/code`). */
  #membersOf(queues: ReadonlySet<string>): Set<string> {
    const { roster, presence } = this.#options;
    const pbxIds = new Set([...queues].map((queue) => queue.slice(0, queue.indexOf('/'))));
    return new Set(
      [...pbxIds].flatMap((pbxId) =>
        roster
          .membershipsOf(pbxId)
          .filter(({ queueCode, agentId }) => queues.has(`${pbxId}/${queueCode}`) && presence.hasDesk(agentId))
          .map(({ agentId }) => agentId),
      ),
    );
  }

  #intentOf(agent: Agent): DeskSnapshot['intent'] {
    const intent = this.#options.intents.of(agent.id);
    return intent.wants === 'ready' ? { wants: 'ready' } : { wants: 'paused', reason: intent.reason };
  }

  #phoneReachable(agent: Agent): boolean {
    const phone = phoneOf(agent);
    return (phone && this.#options.floor.phone(phone.pbxId, phone.extension)?.reachable) ?? false;
  }

  /** The PBX's clock, as far as we know it. */
  #now(pbxId: string | null): number {
    return Date.now() + (pbxId === null ? 0 : (this.#options.floor.pbx(pbxId)?.clockOffsetMs ?? 0));
  }
}

const phoneOf = ({ pbxId, extension }: Agent): { pbxId: string; extension: string } | null =>
  pbxId !== null && extension !== null ? { pbxId, extension } : null;
