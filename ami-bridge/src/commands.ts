/**
 * What may be asked of a PBX. A command never changes our state: the event that the PBX sends back does. Each is
 * acknowledged `{ok: true}` when the PBX accepted it, or refused with a code of the closed set below.
 */
import { z } from 'zod';

const extension = z.string().regex(/^[0-9A-Za-z_-]{1,32}$/);
const queue = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);
const id = z.string().min(1).max(128);

/** Strategies of distribution that a queue may have: the PBX's own, under the names that the field uses. */
export const queueStrategySchema = z.enum([
  'longest_idle',
  'fewest_calls',
  'ring_all',
  'round_robin',
  'linear',
  'random',
]);
export type QueueStrategy = z.infer<typeof queueStrategySchema>;

export const commandSchema = z.discriminatedUnion('name', [
  /** Call the extension's own phone first; when it answers, dial `to` (digits, `+`, `*`, `#`). */
  z.object({ name: z.literal('originate'), extension, to: z.string().regex(/^\+?[0-9*#]{1,32}$/) }),
  /** End one leg of a tracked call. */
  z.object({ name: z.literal('hangUpLeg'), callId: id, legId: id }),
  /** Stop offering calls to the extension in all its queues. `reason` is a code of ours. */
  z.object({ name: z.literal('pauseAgent'), extension, reason: z.string().regex(/^[a-z0-9_]{1,40}$/) }),
  z.object({ name: z.literal('unpauseAgent'), extension }),
  /**
   * The whole of what the queues' membership must be; the bridge changes only what differs. Kept by the bridge and applied
   * again after each reconnect. Extensions that the list does not name are left alone when `complete` is false.
   */
  z.object({
    name: z.literal('setMemberships'),
    complete: z.boolean(),
    members: z.array(
      z.object({
        queue,
        extension,
        penalty: z.number().int().min(0).max(100),
        paused: z.boolean(),
        pauseReason: z
          .string()
          .regex(/^[a-z0-9_]{1,40}$/)
          .nullable(),
      }),
    ),
  }),
  /** The phones and queues that our own PBX must know. Written to the folder that the PBX watches; refused as `read_only` for an existing PBX. */
  z.object({
    name: z.literal('provision'),
    phones: z.array(
      z.object({ extension, secret: z.string().regex(/^[0-9A-Za-z_-]{16,64}$/), displayName: z.string().max(80) }),
    ),
    queues: z.array(
      z.object({
        queue,
        strategy: queueStrategySchema,
        weight: z.number().int().min(0).max(100),
        ringSeconds: z.number().int().min(5).max(120),
        maxWaitSeconds: z.number().int().min(0).max(7200),
      }),
    ),
  }),
]);
export type Command = z.infer<typeof commandSchema>;
export type CommandName = Command['name'];
export type CommandOf<N extends CommandName> = Extract<Command, { name: N }>;

/** Why a command was refused. */
export const commandRefusalSchema = z.enum([
  'invalid', // malformed, or a value that may not travel to the PBX
  'pbx_disconnected',
  'timeout', // the PBX did not answer; whether it acted is unknown until its events tell
  'unknown_call',
  'unknown_extension',
  'unknown_queue',
  'read_only',
  'refused_by_pbx',
]);
export type CommandRefusal = z.infer<typeof commandRefusalSchema>;

export const commandResultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: commandRefusalSchema }),
]);
export type CommandResult = z.infer<typeof commandResultSchema>;
