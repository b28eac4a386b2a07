/** Tells each agent's desks what changed for that agent, and nobody else's. */
import type { Agent } from '@headset/db/queries/agents';
import type { Presence } from '../agents/presence.ts';
import type { Roster } from '../agents/roster.ts';
import { openVisit, otherNumber } from '../calls/call-state.ts';
import { e164Of } from '../calls/caller-number.ts';
import type { Step } from '../calls/draft.ts';
import { liveCall, type LiveCall } from '../calls/live-call.ts';
import type { Matches } from '../clients/client-match.ts';
import type { DeskEvent, Telephony } from '../contract/desk.ts';
import type { Floor } from '../floor.ts';
import type { Metrics } from '../metrics.ts';
import type { Publisher } from '../publish.ts';
import { deskCall } from './desk-call.ts';
import { deskChanges, deskLegOf, type DeskChange } from './desk-calls.ts';
import type { DeskView } from './desk-view.ts';
import { OncePerSecond } from './waiting.ts';

export type DeskBoardOptions = {
  view: DeskView;
  floor: Floor;
  roster: Roster;
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
        this.#tell(agent.id, { kind: 'phoneChanged', phoneReachable: this.#options.view.phoneReachable(agent) });
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
    const { state, ageMs } = this.#options.view.stateOf(agent);
    const intent = this.#options.view.intentOf(agent);
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
    const view = deskCall(roster, call, change.call, change.desk, match, this.#options.view.now(agent.pbxId));
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
    if (agent) this.#tell(agentId, { kind: 'waitingChanged', waiting: this.#options.view.waitingOf(agent) });
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
}
