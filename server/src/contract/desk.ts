/**
 * The operator's live desk: Socket.IO namespace `/desk`, authenticated by the session cookie. A socket joins the room of its own
 * agent and receives nothing else's calls.
 *
 * On connect the server sends one `snapshot`, then `event`s. `apply(view, event)` in agent-ui folds them. Ages are elapsed
 * milliseconds at the moment of sending (`…AgeMs`): the browser's wall clock is never compared with ours.
 *
 * Telephone state comes from the PBX's facts through here, never from what a button hoped for.
 */
import { z } from 'zod';
import { clientCardSchema, clientSummarySchema } from './clients.ts';
import { directionSchema } from './calls.ts';

/** `reason` is a pause reason's code; `device_lost` and `not_responding` are reasons of the system's own. */
export const agentStateSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('offline') }),
  z.object({ name: z.literal('ready') }),
  z.object({ name: z.literal('ringing') }),
  z.object({ name: z.literal('on_call') }),
  z.object({ name: z.literal('wrap_up') }),
  z.object({ name: z.literal('paused'), reason: z.string() }),
]);
export type AgentState = z.infer<typeof agentStateSchema>;

/** Who the other side is. `one`: the whole card. `several`: the operator chooses. `none`: nobody has the number. `hidden`: no number was shown. */
export const clientMatchSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('one'), card: clientCardSchema }),
  z.object({ kind: z.literal('several'), candidates: z.array(clientSummarySchema) }),
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('hidden') }),
  /** Internal calls: the colleague at the other end. */
  z.object({ kind: z.literal('colleague'), displayName: z.string() }),
]);
export type ClientMatch = z.infer<typeof clientMatchSchema>;

/** A call as its agent sees it. `phase`: offered (my phone rings) → dialling (I called, nobody answered yet) → talking ⇄ held → over. */
export const deskCallSchema = z.object({
  callId: z.string(),
  legId: z.string(),
  direction: directionSchema,
  phase: z.enum(['offered', 'dialling', 'talking', 'held']),
  phaseAgeMs: z.number().int().nonnegative(),
  /** Since the call's first leg appeared. */
  callAgeMs: z.number().int().nonnegative(),
  /** The caller's time in queue before this offer. */
  waitMs: z.number().int().nonnegative(),
  number: z.string().nullable(),
  numberE164: z.string().nullable(),
  callerName: z.string().nullable(),
  queue: z.object({ code: z.string(), nameRu: z.string(), nameEn: z.string() }).nullable(),
  match: clientMatchSchema,
});
export type DeskCall = z.infer<typeof deskCallSchema>;

/**
 * `since` is ISO for showing the time of day only. `notReconciledSince`: the log may miss calls that began and ended after it, because
 * the PBX's own record of them cannot be read.
 */
export const telephonySchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connected'), notReconciledSince: z.iso.datetime().optional() }),
  z.object({ state: z.literal('disconnected'), since: z.iso.datetime(), ageMs: z.number().int().nonnegative() }),
]);
export type Telephony = z.infer<typeof telephonySchema>;

/** What waits in the agent's own queues. */
export const waitingSchema = z.object({
  waiting: z.number().int().nonnegative(),
  longestAgeMs: z.number().int().nonnegative(),
});
export type Waiting = z.infer<typeof waitingSchema>;

export const deskSnapshotSchema = z.object({
  state: agentStateSchema,
  stateAgeMs: z.number().int().nonnegative(),
  /** What the agent asked for: shown as "next state" while a call runs. */
  intent: z.discriminatedUnion('wants', [
    z.object({ wants: z.literal('ready') }),
    z.object({ wants: z.literal('paused'), reason: z.string() }),
  ]),
  /** Can the PBX reach my phone? */
  phoneReachable: z.boolean(),
  telephony: telephonySchema,
  waiting: waitingSchema,
  calls: z.array(deskCallSchema),
});
export type DeskSnapshot = z.infer<typeof deskSnapshotSchema>;

export const deskEventSchema = z.discriminatedUnion('kind', [
  /** The pop: my phone rings for this call. Sent when the phone is offered, not when it is answered. */
  z.object({ kind: z.literal('callOffered'), call: deskCallSchema }),
  /** Anything about a call of mine changed (answered, held, client bound). */
  z.object({ kind: z.literal('callChanged'), call: deskCallSchema }),
  /** The call left my desk. `outcome`: ended after talking, or the offer ended without. */
  z.object({
    kind: z.literal('callLeft'),
    callId: z.string(),
    outcome: z.enum([
      'ended',
      'missed',
      'answered_elsewhere',
      'caller_gave_up',
      'rejected',
      'transferred',
      'busy',
      'no_answer',
      'unobtainable',
      'failed',
    ]),
  }),
  z.object({
    kind: z.literal('stateChanged'),
    state: agentStateSchema,
    stateAgeMs: z.number().int().nonnegative(),
    intent: deskSnapshotSchema.shape.intent,
  }),
  z.object({ kind: z.literal('phoneChanged'), phoneReachable: z.boolean() }),
  z.object({ kind: z.literal('telephonyChanged'), telephony: telephonySchema }),
  z.object({ kind: z.literal('waitingChanged'), waiting: waitingSchema }),
]);
export type DeskEvent = z.infer<typeof deskEventSchema>;

/** ok means that the intent is stored (for intents) or that the PBX accepted (for telephone commands). */
export const deskCommandSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('beReady') }),
  z.object({ name: z.literal('pause'), reason: z.string().max(40) }),
  /** Bind a call of mine to a client: one of the candidates, or one found by search. */
  z.object({ name: z.literal('bindClient'), callId: z.string().max(128), clientId: z.uuid() }),
]);
export type DeskCommand = z.infer<typeof deskCommandSchema>;

export const deskRefusalSchema = z.enum([
  'invalid',
  'forbidden',
  'unknown_reason',
  'unknown_call',
  'unknown_client',
  'unavailable',
]);
export type DeskCommandResult = { ok: true } | { ok: false; code: z.infer<typeof deskRefusalSchema> };

export type ServerToDesk = {
  snapshot: (snapshot: DeskSnapshot) => void;
  event: (event: DeskEvent) => void;
  /** The session ended elsewhere (logout, expiry, another login of the same agent): go to the login page. */
  sessionEnded: (why: 'logged_out' | 'expired') => void;
};
export type DeskToServer = {
  command: (command: DeskCommand, result: (r: DeskCommandResult) => void) => void;
};
