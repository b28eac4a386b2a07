/** Stays in queues: every CallQueued gets exactly one QueueLeft. */
import type { AmiEventOf } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import type { QueueOutcome } from '../domain-events.ts';
import { elapsedMs, type Change, type Located } from './change.ts';
import { outcomeOfVisit } from './outcome.ts';
import type { QueueVisit } from './state.ts';

export function queueCallerJoin(change: Change, event: AmiEventOf<'QueueCallerJoin'>): void {
  const found = change.find(event.id);
  if (found === null) return;
  const waits = found.call.visit;
  if (waits !== null && waits.queue === event.queue && waits.leftAt === null) return;
  const located = settleVisit(change, found, event.at, null);
  const number = located.call.visits;
  const { queue, position } = event;
  const ordinal = located.leg.ordinals.CallQueued ?? 0;
  const told = change.tellNext('CallQueued', located, event.at, {
    queue,
    visit: number,
    position: position !== null && position > 0 ? position : null,
  });
  const visit: QueueVisit = {
    visit: number,
    ordinal,
    legId: event.id,
    queue,
    joinedAt: event.at,
    leftAt: null,
    givenUp: false,
  };
  change.editCall(told.call, { visits: number + 1, visit });
}

/** Comes when the caller gives up, and also on time-out, leave-empty, option `n` and withdraw: what follows tells them apart. */
export function queueCallerAbandon(change: Change, event: AmiEventOf<'QueueCallerAbandon'>): void {
  const located = visiting(change, event.id, event.queue);
  if (located !== null) change.editCall(located.call, { visit: { ...located.visit, givenUp: true } });
}

/**
 * The caller is out of the queue. It was an agent when one has answered; the caller when he asked to end the call; for the rest the
 * PBX's own word (QUEUESTATUS) comes with the leg's next event.
 */
export function queueCallerLeave(change: Change, event: AmiEventOf<'QueueCallerLeave'>): void {
  const located = visiting(change, event.id, event.queue);
  if (located === null) return;
  const { call, leg, visit } = located;
  const answered = call.legs.some((each) => each.queued?.visit === visit.visit && each.status === 'up');
  if (answered && !visit.givenUp) close(change, located, 'connected', event.at);
  else if (leg.hangupBy !== null && visit.givenUp) close(change, located, 'abandoned', event.at);
  else change.editCall(call, { visit: { ...visit, leftAt: event.at } });
}

export function userEvent(change: Change, event: AmiEventOf<'UserEvent'>): void {
  const located = change.find(event.id);
  if (located?.call.visit?.leftAt != null) settleVisit(change, located, event.at, event.queueStatus);
}

/** Ends the stay of this leg, if one is open, for whatever reason is known by now. Returns leg and call as they are then. */
export function settleVisit(
  change: Change,
  located: Located,
  at: Micros,
  queueStatus: string | null,
  pbxLost = false,
): Located {
  const { visit } = located.call;
  if (visit === null || visit.legId !== located.leg.id) return located;
  const callerHungUp = located.leg.hangupBy !== null && visit.leftAt === null;
  const outcome = pbxLost
    ? 'pbx_lost'
    : outcomeOfVisit(queueStatus, visit.givenUp || visit.leftAt === null, callerHungUp);
  return close(change, { ...located, visit }, outcome, visit.leftAt ?? at);
}

type Visiting = Located & { visit: QueueVisit };

function visiting(change: Change, legId: string, queue: string): Visiting | null {
  const located = change.find(legId);
  const visit = located?.call.visit;
  return located === null || visit == null || visit.legId !== legId || visit.queue !== queue
    ? null
    : { ...located, visit };
}

function close(change: Change, { call, leg, visit }: Visiting, outcome: QueueOutcome, at: Micros): Located {
  const waitMs = elapsedMs(visit.joinedAt, at);
  const { queue, visit: number } = visit;
  change.tell('QueueLeft', call, visit.legId, at, { queue, visit: number, outcome, waitMs }, visit.ordinal);
  return { call: change.editCall(call, { visit: null, waitMs: outcome === 'connected' ? waitMs : call.waitMs }), leg };
}
