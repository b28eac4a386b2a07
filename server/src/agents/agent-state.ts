/**
 * agentState = f(intent, fact, now): what the agent wants against what is. Pure.
 *
 * A call on the phone goes before everything: an agent whose tab was closed while talking still talks. Then presence, then the
 * intent; an agent who is ready with a phone that the PBX cannot reach is shown as paused for `device_lost`, because calls
 * would ring into nothing.
 */
import type { Instant } from '../calls/call-state.ts';
import type { AgentState } from '../contract/desk.ts';
import type { Phase } from '../desk/desk-calls.ts';

export type Intent = { wants: 'ready'; since: Instant } | { wants: 'paused'; reason: string; since: Instant };

export type AgentFacts = {
  /** A desk is open, or was within the grace after which the agent counts as gone. */
  present: boolean;
  presentSince: Instant;
  /** Null: the PBX has not said yet. */
  phone: { reachable: boolean; since: Instant } | null;
  /** The agent's parts in live calls. */
  calls: readonly { phase: Phase; since: Instant }[];
  /** When the last call left the desk; 0 when there was none. */
  freeSince: Instant;
};

export type TimedState = { state: AgentState; ageMs: number };

export function agentState(intent: Intent, facts: AgentFacts, now: Instant): TimedState {
  const since = (state: AgentState, ...instants: Instant[]): TimedState => ({
    state,
    ageMs: Math.max(0, now - Math.max(...instants)),
  });
  const busy = facts.calls.filter((call) => call.phase !== 'offered');
  if (busy.length > 0) return since({ name: 'on_call' }, Math.min(...busy.map((call) => call.since)));
  if (facts.calls.length > 0) return since({ name: 'ringing' }, Math.min(...facts.calls.map((call) => call.since)));
  if (!facts.present) return since({ name: 'offline' }, facts.presentSince, facts.freeSince);
  const { phone } = facts;
  if (intent.wants === 'paused')
    return since({ name: 'paused', reason: intent.reason }, intent.since, facts.presentSince, facts.freeSince);
  if (phone && !phone.reachable)
    return since({ name: 'paused', reason: 'device_lost' }, phone.since, facts.presentSince);
  return since({ name: 'ready' }, intent.since, phone?.since ?? 0, facts.presentSince, facts.freeSince);
}
