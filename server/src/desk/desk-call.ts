/** A call as it is sent to one of its agents. */
import type { Roster } from '../agents/roster.ts';
import { openVisit, otherNumber, type CallState, type Instant } from '../calls/call-state.ts';
import type { LiveCall } from '../calls/live-call.ts';
import type { ClientMatch, DeskCall } from '../contract/desk.ts';
import type { DeskLeg } from './desk-calls.ts';

/** `state` may be older than the call's: what it was when the fact came that is told now. `now` is the PBX's clock. */
export function deskCall(
  roster: Roster,
  call: LiveCall,
  state: CallState,
  desk: DeskLeg,
  match: ClientMatch,
  now: Instant,
): DeskCall {
  const internal = state.direction === 'internal';
  const calledMe = desk.leg.id !== state.firstLegId;
  const queueCode = desk.leg.offer?.queue ?? (state.direction === 'inbound' ? state.queue : null);
  const queue = queueCode === null ? undefined : roster.queueAt(state.pbxId, queueCode);
  return {
    callId: state.id,
    legId: desk.leg.id,
    direction: state.direction,
    phase: desk.phase,
    phaseAgeMs: age(now, desk.since),
    callAgeMs: age(now, state.startedAt),
    waitMs: waitBefore(state, desk.leg.offer?.at ?? now),
    number: internal && calledMe ? state.caller.number : otherNumber(state),
    numberE164: call.known.numberE164,
    callerName: calledMe ? state.caller.name : null,
    queue: queue ? { code: queue.code, nameRu: queue.nameRu, nameEn: queue.nameEn } : null,
    match: internal ? colleague(roster, state, calledMe) : match,
  };
}

const age = (now: Instant, since: Instant): number => Math.max(0, now - since);

/** The caller's time in queues before this phone rang: stays that are over, and the one that lasts. */
function waitBefore(state: CallState, offeredAt: Instant): number {
  const over = state.visits.reduce((sum, visit) => sum + (visit.waitMs ?? 0), 0);
  const visit = openVisit(state);
  return over + (visit ? Math.max(0, offeredAt - visit.joinedAt) : 0);
}

function colleague(roster: Roster, state: CallState, calledMe: boolean): ClientMatch {
  const extension = calledMe ? state.caller.extension : state.dialled;
  const agent = extension === null ? undefined : roster.agentAt(state.pbxId, extension);
  return { kind: 'colleague', displayName: agent?.displayName ?? extension ?? '' };
}
