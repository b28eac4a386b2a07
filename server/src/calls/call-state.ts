/** A call as the facts tell it so far: what `evolve` folds, what is kept in memory while it lives, and what the rows are written from. */
import type { Direction, EndedBy, EventOf, LegOutcome, Party, QueueOutcome } from '@headset/ami-bridge/domain-events';
import type { CallResult } from '../contract/calls.ts';

/** Milliseconds since 1970 on the PBX's clock. */
export type Instant = number;

export type Leg = {
  id: string;
  party: Party;
  startedAt: Instant;
  answeredAt: Instant | null;
  /** Set from the moment the phone of this leg rings for the call. `outcome` is null while it rings. */
  offer: {
    at: Instant;
    queue: string | null;
    visit: number | null;
    outcome: EventOf<'OfferEnded'>['outcome'] | null;
  } | null;
  /** When this leg, an agent's, was first joined with the other party. */
  connectedAt: Instant | null;
  heldSince: Instant | null;
  heldMs: number;
  /** The agent passed the call on. */
  transferred: boolean;
  endedAt: Instant | null;
  outcome: LegOutcome | null;
  cause: number | null;
};

/** One stay in a queue. `extension` is the agent who took the call out of it. */
export type QueueVisit = {
  visit: number;
  queue: string;
  joinedAt: Instant;
  leftAt: Instant | null;
  outcome: QueueOutcome | null;
  waitMs: number | null;
  position: number | null;
  extension: string | null;
  offers: number;
};

export type CallState = {
  id: string;
  pbxId: string;
  direction: Direction;
  caller: Party;
  dialled: string | null;
  consultOf: string | null;
  firstLegId: string;
  startedAt: Instant;
  legs: readonly Leg[];
  visits: readonly QueueVisit[];
  /** The last queue and the last agent's extension that the call reached. */
  queue: string | null;
  extension: string | null;
  connectedAt: Instant | null;
  /** Set while at least one agent is joined with the other party. */
  talkingSince: Instant | null;
  /** Talks that are over. */
  talkMs: number;
  endedAt: Instant | null;
  durationMs: number;
  result: CallResult;
  endedBy: EndedBy | null;
  endCause: number | null;
};

/** The number at the other side: the caller's on inbound calls, the dialled one on others. Null when hidden. */
export const otherNumber = (call: CallState): string | null =>
  call.direction === 'inbound' ? call.caller.number : call.dialled;

/** Time in queues until the first answer, or until the caller went. Later stays (after a transfer) are not the caller's first wait. */
export const waitMs = (call: CallState): number =>
  call.visits
    .filter((visit) => call.connectedAt === null || visit.joinedAt <= call.connectedAt)
    .reduce((sum, visit) => sum + (visit.waitMs ?? 0), 0);

/** Time on hold over all legs, a hold that still lasts left out. */
export const heldMs = (call: CallState): number => call.legs.reduce((sum, leg) => sum + leg.heldMs, 0);

/** The stay in a queue that lasts. */
export const openVisit = (call: CallState): QueueVisit | undefined =>
  call.visits.find((visit) => visit.leftAt === null);
