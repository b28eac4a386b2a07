/** What an agent's desk shows: read from the floor at the moment of asking. */
import type { Agent } from '@headset/db/queries/agents';
import { agentState, type TimedState } from '../agents/agent-state.ts';
import type { Intents } from '../agents/intents.ts';
import type { Presence } from '../agents/presence.ts';
import type { Roster } from '../agents/roster.ts';
import type { Matches } from '../clients/client-match.ts';
import type { ClientMatch, DeskSnapshot, Telephony, Waiting } from '../contract/desk.ts';
import type { AgentPart, Floor } from '../floor.ts';
import { deskCall } from './desk-call.ts';
import { waitingOf } from './waiting.ts';

export type DeskViewOptions = {
  floor: Floor;
  roster: Roster;
  intents: Intents;
  presence: Presence;
  matches: Matches;
  telephony: (pbxId: string) => Telephony;
};

export class DeskView {
  readonly #options: DeskViewOptions;

  constructor(options: DeskViewOptions) {
    this.#options = options;
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
    return agentState(intents.of(agent.id), facts, this.now(agent.pbxId));
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
    const now = this.now(agent.pbxId);
    const { state, ageMs } = this.stateOf(agent);
    return {
      state,
      stateAgeMs: ageMs,
      intent: this.intentOf(agent),
      phoneReachable: this.phoneReachable(agent),
      telephony: agent.pbxId === null ? { state: 'connected' } : telephony(agent.pbxId),
      waiting: this.waitingOf(agent),
      calls: parts.map(({ call, desk }) =>
        deskCall(roster, call, call.state, desk, found.get(call.state.id) ?? { kind: 'none' }, now),
      ),
    };
  }

  waitingOf(agent: Agent): Waiting {
    const { floor, roster } = this.#options;
    const { pbxId } = agent;
    if (pbxId === null) return waitingOf([], 0);
    const queues = roster.membershipsOf(pbxId).filter((membership) => membership.agentId === agent.id);
    return waitingOf(
      queues.flatMap(({ queueCode }) => floor.waitingSince(pbxId, queueCode)),
      this.now(pbxId),
    );
  }

  intentOf(agent: Agent): DeskSnapshot['intent'] {
    const intent = this.#options.intents.of(agent.id);
    return intent.wants === 'ready' ? { wants: 'ready' } : { wants: 'paused', reason: intent.reason };
  }

  phoneReachable(agent: Agent): boolean {
    const phone = phoneOf(agent);
    return (phone && this.#options.floor.phone(phone.pbxId, phone.extension)?.reachable) ?? false;
  }

  /** The PBX's clock, as far as we know it. */
  now(pbxId: string | null): number {
    return Date.now() + (pbxId === null ? 0 : (this.#options.floor.pbx(pbxId)?.clockOffsetMs ?? 0));
  }
}

const phoneOf = ({ pbxId, extension }: Agent): { pbxId: string; extension: string } | null =>
  pbxId !== null && extension !== null ? { pbxId, extension } : null;
