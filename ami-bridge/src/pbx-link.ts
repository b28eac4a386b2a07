/**
 * The wire between a bridge and the server: Socket.IO namespace `/pbx`, the bridge being the client.
 *
 * Handshake: `auth: {token, pbxId, v}`. A wrong token is refused with `unauthorized`, another version with `version`; a second
 * bridge for a pbxId takes the stream over and the first is disconnected.
 *
 * 1. The bridge says `hello`; the answer tells up to where the server has committed that epoch.
 * 2. The bridge sends every later delivery, in order, in `deliver` messages (one per turn of its event loop, never waiting for
 *    the one before). Each is acknowledged with the highest seq committed; the outbox forgets up to there.
 * 3. `beat` goes out each second, whatever happens.
 */
import { z } from 'zod';
import { domainEventSchema } from './domain-events.ts';
import type { Command, CommandResult } from './commands.ts';
import type { Query } from './queries.ts';

export const LINK_VERSION = 1;

export const linkAuthSchema = z.object({
  token: z.string(),
  pbxId: z.string().regex(/^[a-z0-9]{1,32}$/),
  v: z.number().int(),
});
export type LinkAuth = z.infer<typeof linkAuthSchema>;

/** `epoch` names one life of an outbox file: seq starts at 1 in each. */
export const helloSchema = z.object({ epoch: z.string().uuid() });
export type Hello = z.infer<typeof helloSchema>;
export type HelloAnswer = { committedSeq: number };

export const deliverySchema = z.object({ seq: z.number().int().positive(), event: domainEventSchema });
export type Delivery = z.infer<typeof deliverySchema>;

/** The bridge's state of health, once a second. `pbx` is what the AMI connection is; `outboxDepth` counts unacknowledged facts. */
export const beatSchema = z.object({
  pbx: z.enum(['connecting', 'reconciling', 'ready', 'login_refused']),
  readOnly: z.boolean(),
  outboxDepth: z.number().int().nonnegative(),
  liveCalls: z.number().int().nonnegative(),
  /** Since when calls may be missing, because the PBX's own record of them cannot be read. Absent or null: none are. */
  notReconciledSince: z.iso.datetime({ precision: 3 }).nullable().optional(),
});
export type Beat = z.infer<typeof beatSchema>;

export type BridgeToServer = {
  hello: (hello: Hello, answer: (a: HelloAnswer) => void) => void;
  deliver: (deliveries: Delivery[], committed: (seq: number) => void) => void;
  beat: (beat: Beat) => void;
  query: (query: Query, answer: (value: unknown) => void) => void;
};

export type ServerToBridge = {
  command: (command: Command, result: (r: CommandResult) => void) => void;
};
