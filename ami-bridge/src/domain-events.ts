/**
 * The vocabulary of telephony facts: what happened at a PBX, told without Asterisk's words.
 *
 * A fact is past tense and cannot be refused. It is produced by the tracker, numbered and kept by the outbox until the
 * server has committed it, and stored once in the ledger. Its identity is (callId, legId, kind, ordinal): delivered or
 * rebuilt twice, it stands once.
 *
 * Rules for every fact:
 * - `occurredAt` is the PBX's own clock in UTC, ISO 8601 with milliseconds. Durations (`…Ms`) are differences of that one
 *   clock and are never negative.
 * - `callId` is `<pbxId>-<id that the PBX gave the call's first leg>`: it never changes, and is opaque to all but the bridge.
 *   `legId` is formed the same way from the leg's own id. Facts about no call have `callId: ''` and `legId: ''`.
 * - `ordinal` counts facts of one kind of one leg from 0 (the second hold of a leg has ordinal 1). For facts about no call it
 *   is the PBX's time in microseconds since 1970.
 * - A change of shape raises `v` and adds an upcaster in the server (`server/src/upcast.ts`).
 */
import { z } from 'zod';

export const EVENT_VERSION = 1;

/** One end of a leg. `extension` is set when it is one of the PBX's own phones; `number` is as the network gave it (untrusted text). */
export const partySchema = z.object({
  number: z.string().max(128).nullable(),
  name: z.string().max(128).nullable(),
  extension: z.string().max(32).nullable(),
});
export type Party = z.infer<typeof partySchema>;

const fact = {
  v: z.literal(EVENT_VERSION),
  pbxId: z.string().min(1).max(32),
  callId: z.string().max(128),
  legId: z.string().max(128),
  ordinal: z.number().int().nonnegative(),
  occurredAt: z.iso.datetime({ precision: 3 }),
};

const durationMs = z.number().int().nonnegative();
const queue = z.string().min(1).max(64);
const extension = z.string().min(1).max(32);

/** inbound: from a trunk to us · outbound: from one of our phones to a trunk · internal: between our phones. */
export const directionSchema = z.enum(['inbound', 'outbound', 'internal']);
export type Direction = z.infer<typeof directionSchema>;

/** Why a leg ended, from the PBX's hang-up cause (ITU-T Q.850) and what preceded it. */
export const legOutcomeSchema = z.enum([
  'completed', // was answered, ended normally
  'cancelled', // never answered: the calling side gave up
  'busy',
  'no_answer',
  'rejected',
  'answered_elsewhere',
  'unreachable', // phone not registered, number out of service
  'unobtainable', // no such number
  'congestion',
  'failed',
  'pbx_lost', // died with the PBX
]);
export type LegOutcome = z.infer<typeof legOutcomeSchema>;

/** How a stay in a queue ended. `timeout`, `leave_empty`, `join_empty`, `key` and `withdrawn` are the queue's doing, `abandoned` the caller's. */
export const queueOutcomeSchema = z.enum([
  'connected',
  'abandoned',
  'timeout',
  'leave_empty',
  'join_empty',
  'full',
  'withdrawn',
  'key',
  'transferred',
  'pbx_lost',
]);
export type QueueOutcome = z.infer<typeof queueOutcomeSchema>;

/** Who made the call end. `external` is the party outside, on either direction; `system` the dialplan, a timeout or a command. */
export const endedBySchema = z.enum(['external', 'agent', 'system', 'unknown']);
export type EndedBy = z.infer<typeof endedBySchema>;

/** The call's first leg appeared. `dialled` is what that leg asked for. `consultOf` names the call for whose sake this one was made. */
export const callStarted = z.object({
  ...fact,
  kind: z.literal('CallStarted'),
  direction: directionSchema,
  caller: partySchema,
  dialled: z.string().max(128).nullable(),
  consultOf: z.string().max(128).nullable(),
});

/** A further leg of the call came into being (an agent's phone being called, the outside number being dialled). */
export const legStarted = z.object({ ...fact, kind: z.literal('LegStarted'), party: partySchema });

/** The leg's far end answered. */
export const legAnswered = z.object({ ...fact, kind: z.literal('LegAnswered') });

/** The leg is gone. `cause` is the Q.850 cause where the PBX gave one. */
export const legEnded = z.object({
  ...fact,
  kind: z.literal('LegEnded'),
  outcome: legOutcomeSchema,
  cause: z.number().int().nullable(),
});

/** The leg left one call and belongs to `callId` from now on (a consultation that was completed). */
export const legMoved = z.object({ ...fact, kind: z.literal('LegMoved'), fromCallId: z.string().max(128) });

/** The call began to wait in a queue. `visit` numbers the call's stays in queues from 0; `position` counts from 1, and is null when only the PBX's record told. */
export const callQueued = z.object({
  ...fact,
  kind: z.literal('CallQueued'),
  queue,
  visit: z.number().int().nonnegative(),
  position: z.number().int().positive().nullable(),
});

/** The stay in the queue ended. `waitMs` runs from CallQueued. Exactly one for every CallQueued. */
export const queueLeft = z.object({
  ...fact,
  kind: z.literal('QueueLeft'),
  queue,
  visit: z.number().int().nonnegative(),
  outcome: queueOutcomeSchema,
  waitMs: durationMs,
});

/** An agent's phone began to ring for this call: the moment for the screen pop. `legId` is the agent's leg. `queue` and `visit` are null outside queues. */
export const callOffered = z.object({
  ...fact,
  kind: z.literal('CallOffered'),
  extension,
  queue: queue.nullable(),
  visit: z.number().int().nonnegative().nullable(),
});

/** The offer ended, whichever way. Exactly one for every CallOffered of the same leg. */
export const offerEnded = z.object({
  ...fact,
  kind: z.literal('OfferEnded'),
  extension,
  queue: queue.nullable(),
  outcome: z.enum([
    'answered',
    'no_answer',
    'rejected',
    'busy',
    'cancelled',
    'answered_elsewhere',
    'unreachable',
    'failed',
    'pbx_lost',
  ]),
  ringMs: durationMs,
});

/** An agent and the other party hear each other. `legId` is the agent's leg. `waitMs` is the caller's time in queue, 0 outside queues. */
export const callConnected = z.object({
  ...fact,
  kind: z.literal('CallConnected'),
  extension,
  queue: queue.nullable(),
  visit: z.number().int().nonnegative().nullable(),
  waitMs: durationMs,
});

/** `legId`'s phone put the other party on hold. */
export const callHeld = z.object({ ...fact, kind: z.literal('CallHeld'), extension: extension.nullable() });

/** `legId`'s phone took the other party back from hold. Carries the same ordinal as its CallHeld. */
export const callRetrieved = z.object({
  ...fact,
  kind: z.literal('CallRetrieved'),
  extension: extension.nullable(),
  heldMs: durationMs,
});

/** The agent whose leg this is passed the call on. `to` is the number, extension or queue asked for. */
export const callTransferred = z.object({
  ...fact,
  kind: z.literal('CallTransferred'),
  way: z.enum(['blind', 'attended', 'threeway']),
  extension: extension.nullable(),
  to: z.string().max(128).nullable(),
  consultCallId: z.string().max(128).nullable(),
});

/** The last leg is gone. `durationMs` is the life of the first leg. */
export const callEnded = z.object({
  ...fact,
  kind: z.literal('CallEnded'),
  endedBy: endedBySchema,
  outcome: legOutcomeSchema,
  cause: z.number().int().nullable(),
  durationMs,
});

/** The bridge is logged in and has reconciled with the PBX's snapshot. `openCallIds` are all calls alive now: any other that the log thinks live is over. */
export const pbxConnected = z.object({
  ...fact,
  kind: z.literal('PbxConnected'),
  pbxVersion: z.string().max(64),
  pbxStartedAt: z.iso.datetime({ precision: 3 }),
  clockOffsetMs: z.number().int(),
  openCallIds: z.array(z.string().max(128)),
});

/** The bridge lost the PBX: every live state is stale from here on. */
export const pbxDisconnected = z.object({
  ...fact,
  kind: z.literal('PbxDisconnected'),
  reason: z.enum(['closed', 'refused', 'unreachable', 'silent', 'login_refused']),
});

/** The extension's phone can be rung (registered and answering). */
export const phoneReachable = z.object({ ...fact, kind: z.literal('PhoneReachable'), extension });

/** The extension's phone cannot be rung. */
export const phoneUnreachable = z.object({ ...fact, kind: z.literal('PhoneUnreachable'), extension });

/** The extension takes calls of the queue, as the PBX sees it. Emitted on every change and for each member after PbxConnected. */
export const memberObserved = z.object({
  ...fact,
  kind: z.literal('MemberObserved'),
  queue,
  extension,
  penalty: z.number().int().nonnegative(),
  paused: z.boolean(),
  pauseReason: z.string().max(80).nullable(),
});

/** The extension no longer takes calls of the queue. */
export const memberRemoved = z.object({ ...fact, kind: z.literal('MemberRemoved'), queue, extension });

export const domainEventSchema = z.discriminatedUnion('kind', [
  callStarted,
  legStarted,
  legAnswered,
  legEnded,
  legMoved,
  callQueued,
  queueLeft,
  callOffered,
  offerEnded,
  callConnected,
  callHeld,
  callRetrieved,
  callTransferred,
  callEnded,
  pbxConnected,
  pbxDisconnected,
  phoneReachable,
  phoneUnreachable,
  memberObserved,
  memberRemoved,
]);

export type DomainEvent = z.infer<typeof domainEventSchema>;
export type DomainEventKind = DomainEvent['kind'];
/** The fact of one kind: `EventOf<'CallQueued'>`. */
export type EventOf<K extends DomainEventKind> = Extract<DomainEvent, { kind: K }>;
