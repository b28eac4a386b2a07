/**
 * Facts in the order in which things happened, whenever they were told: what the PBX's own record brings after an outage comes later
 * than what was seen live.
 */
import type { DomainEvent, DomainEventKind } from '@headset/ami-bridge/domain-events';
import type { CallState, Instant } from './call-state.ts';

/** Within one millisecond: causes before effects. */
const ORDER: readonly DomainEventKind[] = [
  'CallStarted',
  'LegStarted',
  'CallQueued',
  'CallOffered',
  'OfferEnded',
  'LegAnswered',
  'QueueLeft',
  'LegMoved',
  'CallConnected',
  'CallHeld',
  'CallRetrieved',
  'CallTransferred',
  'LegEnded',
  'CallEnded',
];

/** The same for any order of the same facts. */
export function inOrder(facts: readonly DomainEvent[]): DomainEvent[] {
  return facts.toSorted(
    (a, b) =>
      // ISO 8601 in UTC with milliseconds: the text's order is that of time.
      compare(a.occurredAt, b.occurredAt) ||
      ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
      a.ordinal - b.ordinal ||
      // Two phones that begin to hear each other: the one that called first.
      Number(b.legId === b.callId) - Number(a.legId === a.callId) ||
      compare(a.legId, b.legId) ||
      compare(a.callId, b.callId),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Facts of one call may come in another order than they happened by so much, and mean the same. */
const JITTER_MS = 1_000;

/** Whether something that is in the call already happened after this instant. */
export function isLate(call: CallState, at: Instant): boolean {
  const legs = call.legs.flatMap((leg) => [leg.startedAt, leg.answeredAt, leg.connectedAt, leg.endedAt]);
  const visits = call.visits.flatMap((visit) => [visit.joinedAt, visit.leftAt]);
  return [...legs, ...visits, call.endedAt].some((known) => known !== null && known - at > JITTER_MS);
}
