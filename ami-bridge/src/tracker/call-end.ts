import type { Micros } from '../ami/header.ts';
import type { LegOutcome } from '../domain-events.ts';
import { elapsedMs, type Change } from './change.ts';
import { outcomeOfCall } from './outcome.ts';
import type { Call } from './state.ts';

/** Tells the end of a call that has no legs any more. */
export function endCall(change: Change, call: Call, last: LegOutcome, cause: number | null, at: Micros): void {
  change.close(call);
  if (call.replacing) return;
  const lost = last === 'pbx_lost';
  // A first leg that came and went unseen, in a gap: the others were made on behalf of it.
  if (call.firstLegEnd === null) change.tell('LegEnded', call, call.id, at, { outcome: last, cause: null });
  change.tell('CallEnded', call, call.id, at, {
    endedBy: lost ? 'unknown' : (call.hangup?.by ?? 'system'),
    outcome: lost ? 'pbx_lost' : outcomeOfCall(call),
    cause: call.firstLegEnd?.cause ?? cause,
    durationMs: elapsedMs(call.startedAt, call.firstLegEnd?.at ?? at),
  });
}
