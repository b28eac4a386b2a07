/** A call as one of its agents sees it, and what changed for that agent: pure, from the call's state alone. */
import type { LegOutcome } from '@headset/ami-bridge/domain-events';
import { farOutcome } from '../calls/call-result.ts';
import type { CallState, Instant, Leg } from '../calls/call-state.ts';
import type { CallChange } from '../calls/live-fold.ts';
import type { DeskCall, DeskEvent } from '../contract/desk.ts';

export type Phase = DeskCall['phase'];
export type LeftOutcome = Extract<DeskEvent, { kind: 'callLeft' }>['outcome'];
/** The agent's part in a call. `since` is when the phase began. */
export type DeskLeg = { leg: Leg; phase: Phase; since: Instant };

export type DeskChange =
  | { extension: string; kind: 'offered' | 'changed'; call: CallState; desk: DeskLeg }
  | { extension: string; kind: 'left'; call: CallState; outcome: LeftOutcome };

/** The part that `extension` has in the call now, or null. Its newest leg counts: a phone may be offered the same call again. */
export function deskLegOf(call: CallState | null, extension: string): DeskLeg | null {
  if (!call || call.endedAt !== null) return null;
  for (const leg of call.legs.toReversed()) {
    const phase = leg.party.extension === extension ? phaseOf(call, leg) : null;
    if (phase) return { leg, ...phase };
  }
  return null;
}

function phaseOf(call: CallState, leg: Leg): { phase: Phase; since: Instant } | null {
  if (leg.endedAt !== null) return null;
  if (leg.heldSince !== null) return { phase: 'held', since: leg.heldSince };
  if (leg.connectedAt !== null) return { phase: 'talking', since: leg.connectedAt };
  // Between the answer and the moment that both hear each other the phone still counts as ringing: it is milliseconds.
  if (leg.offer && (leg.offer.outcome === null || leg.offer.outcome === 'answered'))
    return { phase: 'offered', since: leg.offer.at };
  if (!leg.offer && leg.id === call.firstLegId) return { phase: 'dialling', since: leg.startedAt };
  return null;
}

export const extensionsOf = (call: CallState): string[] => [
  ...new Set(call.legs.flatMap((leg) => leg.party.extension ?? [])),
];

/** What one change of a call means for each agent who had or has a part in it. */
export function deskChanges({ before, after }: CallChange): DeskChange[] {
  const extensions = new Set([...(before ? extensionsOf(before) : []), ...extensionsOf(after)]);
  return [...extensions].flatMap((extension): DeskChange[] => {
    const was = deskLegOf(before, extension);
    const is = deskLegOf(after, extension);
    if (is) {
      const same = was?.leg.id === is.leg.id && was.phase === is.phase && was.since === is.since;
      if (same) return [];
      return [{ extension, kind: is.phase === 'offered' ? 'offered' : 'changed', call: after, desk: is }];
    }
    return was ? [{ extension, kind: 'left', call: after, outcome: leftOutcome(after, was.leg) }] : [];
  });
}

function leftOutcome(after: CallState, was: Leg): LeftOutcome {
  const leg = after.legs.find((candidate) => candidate.id === was.id);
  if (!leg || leg.transferred) return 'transferred';
  if (leg.connectedAt !== null) return 'ended';
  if (leg.offer) return offerOutcome(leg);
  return dialledOutcome(farOutcome(after) ?? leg.outcome ?? after.legs.at(0)?.outcome ?? 'failed');
}

function offerOutcome(leg: Leg): LeftOutcome {
  switch (leg.offer?.outcome) {
    case 'no_answer':
      return 'missed';
    case 'rejected':
    case 'busy':
    case 'answered_elsewhere':
      return leg.offer.outcome;
    case 'unreachable':
    case 'failed':
    case 'pbx_lost':
      return 'failed';
    // `answered` without being connected: the caller went in that very moment.
    case 'answered':
    case 'cancelled':
    case null:
    case undefined:
      return 'caller_gave_up';
  }
}

function dialledOutcome(outcome: LegOutcome): LeftOutcome {
  switch (outcome) {
    case 'busy':
    case 'no_answer':
    case 'rejected':
    case 'unobtainable':
    case 'answered_elsewhere':
      return outcome;
    case 'completed':
    case 'cancelled':
      return 'ended';
    case 'unreachable':
      return 'unobtainable';
    case 'congestion':
    case 'failed':
    case 'pbx_lost':
      return 'failed';
  }
}
