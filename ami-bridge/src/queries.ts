/**
 * What the bridge asks the server. Each has a deadline of 800 ms, after which the answer is "unknown" (null): a caller never
 * waits for our database.
 */
import { z } from 'zod';

export const QUERY_DEADLINE_MS = 800;

export const querySchema = z.discriminatedUnion('name', [
  /** Which calls does the log hold as live? Asked on connect, so that those which the PBX no longer has can be ended. */
  z.object({ name: z.literal('openCalls') }),
]);
export type Query = z.infer<typeof querySchema>;

export const openCallsAnswerSchema = z.array(
  z.object({ callId: z.string(), startedAt: z.iso.datetime({ precision: 3 }) }),
);
export type QueryAnswers = { openCalls: z.infer<typeof openCallsAnswerSchema> };
