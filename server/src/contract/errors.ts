/** Errors of the HTTP interface: RFC 9457 problem documents whose `code` is one of a closed set. The screen translates codes. */
import { z } from 'zod';

export const errorCodeSchema = z.enum([
  'invalid', // 400: `fields` names each one
  'unauthenticated', // 401
  'wrong_credentials', // 401, on login alone
  'forbidden', // 403
  'cross_site', // 403: the request did not come from our own screen
  'not_found', // 404
  'conflict', // 409
  'too_many_requests', // 429: `retryAfterSeconds`
  'internal', // 500: `reference` is in the log
  'unavailable', // 503: database or PBX out of reach
]);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number().int(),
  code: errorCodeSchema,
  reference: z.string().optional(),
  retryAfterSeconds: z.number().int().optional(),
  fields: z.array(z.object({ path: z.string(), code: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
