/** Why legs and calls ended, from Q.850 causes and what went before. */
import type { EndedBy, LegOutcome, QueueOutcome } from '../domain-events.ts';
import type { Micros } from '../ami/header.ts';
import type { Call, Leg } from './state.ts';

/** Causes that say by themselves why a leg was not answered. 16 (normal clearing) and 0 do not: see `outcomeOfLeg`. */
const BY_CAUSE: ReadonlyMap<number, LegOutcome> = new Map([
  [1, 'unobtainable'],
  [2, 'unobtainable'],
  [3, 'unobtainable'],
  [17, 'busy'],
  [18, 'no_answer'],
  [19, 'no_answer'],
  [20, 'unreachable'],
  [21, 'rejected'],
  [22, 'unobtainable'],
  [26, 'answered_elsewhere'],
  [27, 'unreachable'],
  [28, 'unobtainable'],
  [34, 'congestion'],
  [38, 'failed'],
  [41, 'failed'],
  [42, 'congestion'],
  [44, 'failed'],
  [58, 'failed'],
]);

/** app_queue's QUEUESTATUS, in our words. */
const BY_QUEUE_STATUS: ReadonlyMap<string, QueueOutcome> = new Map([
  ['TIMEOUT', 'timeout'],
  ['FULL', 'full'],
  ['JOINEMPTY', 'join_empty'],
  ['JOINUNAVAIL', 'join_empty'],
  ['LEAVEEMPTY', 'leave_empty'],
  ['LEAVEUNAVAIL', 'leave_empty'],
  ['WITHDRAW', 'withdrawn'],
  ['CONTINUE', 'key'],
]);

/**
 * Why a leg ended. A phone of ours that rang and then said busy was rejected by hand: that is what SIP phones send.
 * Without a cause that tells, it is told by who is left: the device itself, another phone that answered, the caller, or the clock.
 */
export function outcomeOfLeg(call: Call, leg: Leg, cause: number | null): LegOutcome {
  if (leg.status === 'up') return 'completed';
  const rang = leg.offeredAt !== null;
  if (rang && leg.hangupBy === 'device' && cause !== 18 && cause !== 20) return 'rejected';
  const told = BY_CAUSE.get(cause ?? 0);
  if (told !== undefined) return told;
  if (leg.dialStatus === 'CONGESTION') return 'congestion';
  if (leg.dialStatus === 'CHANUNAVAIL') return 'unreachable';
  if (leg.dialStatus === 'BUSY') return 'busy';
  if (leg.dialledBy === null) return 'cancelled';
  if (call.legs.some((other) => other.dialledBy === leg.dialledBy && other.status === 'up'))
    return 'answered_elsewhere';
  const dialler = call.legs.find((other) => other.id === leg.dialledBy);
  if (dialler === undefined || dialler.hangupBy !== null) return 'cancelled';
  return 'no_answer';
}

/** How the call as a whole ended: `completed` only when an agent and another party heard each other. */
export function outcomeOfCall(call: Call): LegOutcome {
  if (call.connected) return 'completed';
  const gaveUp = call.hangup?.legId === call.id && call.hangup.by !== 'system';
  if (gaveUp && (call.failure === null || call.direction === 'inbound')) return 'cancelled';
  return call.failure ?? BY_CAUSE.get(call.firstLegEnd?.cause ?? 0) ?? 'no_answer';
}

/** Which side a leg stands for when it hangs up. */
export function sideOf(leg: Leg): EndedBy {
  return leg.extension === null ? 'external' : 'agent';
}

/** Two parties who hang up within this time did so together: the first ended the call. A caller left alone for longer ended it himself. */
const TOGETHER_MICROS: Micros = 1_000_000;

/** The call with the request to end noted, where it counts: a phone that refuses an offer does not end the caller's call. */
export function withHangup(call: Call, leg: Leg, by: EndedBy, at: Micros): Call['hangup'] {
  const matters = leg.status === 'up' || leg.id === call.id || call.direction !== 'inbound';
  const earlier = call.hangup;
  if (!matters || (earlier !== null && at - earlier.at < TOGETHER_MICROS)) return earlier;
  return { legId: leg.id, by, at };
}

/**
 * How a stay ended that was not connected. The PBX's own word where it came; else QueueCallerAbandon stands for the caller's
 * hang-up as much as for a time-out, and only the request to hang up tells them apart.
 */
export function outcomeOfVisit(status: string | null, givenUp: boolean, callerHungUp: boolean): QueueOutcome {
  if (callerHungUp && givenUp) return 'abandoned';
  return BY_QUEUE_STATUS.get(status ?? '') ?? (givenUp ? 'timeout' : 'key');
}
