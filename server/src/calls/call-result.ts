/** How a call that is over is told in one word: the `result` of the call log. */
import type { LegOutcome } from '@headset/ami-bridge/domain-events';
import type { CallResult } from '../contract/calls.ts';
import type { CallState } from './call-state.ts';

/** `outcome` is how its first leg ended. A call that died with the PBX is lost whether it was answered or not. */
export function callResult(call: CallState, outcome: LegOutcome): CallResult {
  if (outcome === 'pbx_lost') return 'pbx_lost';
  if (call.connectedAt !== null) return 'answered';
  return call.direction === 'inbound' ? inboundResult(call) : dialledResult(farOutcome(call) ?? outcome);
}

/** The caller's last stay in a queue decides; without one the call never got that far. */
function inboundResult(call: CallState): CallResult {
  switch (call.visits.at(-1)?.outcome) {
    case undefined:
    case null:
      return 'missed';
    case 'abandoned':
    case 'connected':
    case 'transferred':
      return 'abandoned';
    case 'pbx_lost':
      return 'pbx_lost';
    case 'timeout':
    case 'leave_empty':
    case 'join_empty':
    case 'full':
    case 'withdrawn':
    case 'key':
      return 'timeout';
  }
}

/** The leg that was dialled tells more than the one that dialled: that one merely hung up. */
export function farOutcome(call: CallState): LegOutcome | null {
  const far = call.legs.filter((leg) => leg.id !== call.firstLegId && leg.outcome !== null);
  return far.at(-1)?.outcome ?? null;
}

function dialledResult(outcome: LegOutcome): CallResult {
  switch (outcome) {
    case 'busy':
    case 'rejected':
      return 'busy';
    case 'no_answer':
      return 'no_answer';
    case 'cancelled':
    case 'completed':
    case 'answered_elsewhere':
      return 'cancelled';
    case 'unobtainable':
    case 'unreachable':
      return 'unobtainable';
    case 'congestion':
    case 'failed':
      return 'failed';
    case 'pbx_lost':
      return 'pbx_lost';
  }
}
