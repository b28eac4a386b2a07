/**
 * What the tracker knows of a PBX. A call is a set of living legs; a leg is keyed by the id that Asterisk gave its channel, because
 * everything else about a channel (name, linked id, bridge) may change under way.
 *
 * Nothing here is ever changed in place but the maps of `TrackerState`, and those by `commit` alone. All of `Call` is plain JSON:
 * the outbox keeps it beside the facts, so that ordinals outlive the bridge.
 */
import type { Direction, DomainEventKind, EndedBy, LegOutcome, Party } from '../domain-events.ts';
import type { QueueMember } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';

export type Leg = {
  id: string;
  /** Asterisk's name of it, for Hangup. */
  channel: string;
  /**
   * Set for one end of a Local channel: the name that its two ends share. Such a half is nobody's phone: it is followed, because calls
   * run through it, and never told.
   */
  half: string | null;
  party: Party;
  /** Set when the leg is one of our own phones. */
  extension: string | null;
  status: 'calling' | 'ringing' | 'up';
  startedAt: Micros;
  /** The leg on whose behalf this one is being dialled. Null for legs that came in, or were ordered by us. */
  dialledBy: string | null;
  /** The stay in a queue for which this leg is or was rung. */
  queued: { queue: string; visit: number } | null;
  /** Ringing for an agent since; null before and after. */
  offeredAt: Micros | null;
  bridge: string | null;
  /** With somebody else in the bridge. */
  talking: boolean;
  heldAt: Micros | null;
  /** When it last passed the call on. */
  transferredAt: Micros | null;
  /** Asterisk's word for how the dialling of it ended. */
  dialStatus: string | null;
  /** Somebody asked for its end: its own device, or something within the PBX. */
  hangupBy: 'device' | 'system' | null;
  /** Facts given of this leg so far, by kind: the next one's ordinal. Kinds that happen once are not counted. */
  ordinals: Partial<Record<DomainEventKind, number>>;
};

/** A stay in a queue that is not told as ended yet. */
export type QueueVisit = {
  visit: number;
  ordinal: number;
  legId: string;
  queue: string;
  joinedAt: Micros;
  /** Set when the caller is out of the queue but why is not known before the leg's next event. */
  leftAt: Micros | null;
  /** QueueCallerAbandon was seen: not connected, though perhaps not abandoned by the caller either. */
  givenUp: boolean;
};

export type Call = {
  /** The first leg's id. With the PBX's id in front it is the callId of the facts. */
  id: string;
  direction: Direction;
  startedAt: Micros;
  dialled: string | null;
  /** The number that further legs are dialled to: of a call that a phone of ours began, or that a transfer sent on. */
  towards: string | null;
  /** Living legs in order of appearance. Empty only for a call that has just ended. */
  legs: readonly Leg[];
  /** How many stays in queues it has had, the open one included. */
  visits: number;
  visit: QueueVisit | null;
  /** Length of the last stay in a queue that ended with an agent. */
  waitMs: number;
  /**
   * Begun by a phone only to take over another's place in a call (INVITE with Replaces, to `reclaim`): nothing is told of it, and its leg
   * becomes one of that call.
   */
  replacing: boolean;
  /** Asterisk is taking a Local channel out of it: legs leave their bridges and nobody falls silent. */
  optimising: boolean;
  /** Two parties have heard each other. */
  connected: boolean;
  /** Who last began to end it. */
  hangup: { legId: string; by: EndedBy; at: Micros } | null;
  /** How the last leg that never answered ended, and the first leg. */
  failure: LegOutcome | null;
  firstLegEnd: { at: Micros; cause: number | null } | null;
};

export type TrackerState = {
  readonly pbxId: string;
  pbxStartedAt: Micros | null;
  /** Live calls by id. */
  readonly calls: Map<string, Call>;
  /** Indices over `calls`. */
  readonly callOfLeg: Map<string, string>;
  readonly legsInBridge: Map<string, Set<string>>;
  /** Our phones, and whether each can be rung. */
  readonly phones: Map<string, boolean>;
  /** By `memberKey`. */
  readonly members: Map<string, ObservedMember>;
  /** Calls that we asked the PBX to make, by the id that their first leg will have. */
  readonly ordered: Map<string, OrderedCall>;
  /** Ordinal of the last fact about no call: the PBX's clock in microseconds, never twice the same. */
  lastOrdinal: number;
};

export type ObservedMember = QueueMember & { extension: string };
export type OrderedCall = { extension: string; to: string };

export function emptyState(pbxId: string): TrackerState {
  return {
    pbxId,
    pbxStartedAt: null,
    calls: new Map(),
    callOfLeg: new Map(),
    legsInBridge: new Map(),
    phones: new Map(),
    members: new Map(),
    ordered: new Map(),
    lastOrdinal: 0,
  };
}

export function memberKey(queue: string, extension: string): string {
  return `${queue}\n${extension}`;
}
