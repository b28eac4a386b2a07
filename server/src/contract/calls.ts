/** `/api/calls`: the log, newest first; `/api/calls/:id` adds legs and queue visits. An operator sees own calls, a supervisor the team's, an admin all. */
import { z } from 'zod';
import { pageOf, pageQuerySchema } from './paging.ts';

export const directionSchema = z.enum(['inbound', 'outbound', 'internal']);
export const callResultSchema = z.enum([
  'live',
  'answered',
  'abandoned', // the caller gave up in the queue
  'missed', // ended before a queue or an answer: in the menu, or while a phone rang directly
  'timeout', // the queue let the caller go
  'busy',
  'no_answer',
  'cancelled', // outbound: we gave up
  'unobtainable',
  'failed',
  'pbx_lost',
]);
export type CallResult = z.infer<typeof callResultSchema>;
const reference = z.object({ id: z.uuid(), name: z.string() }).nullable();

export const callSchema = z.object({
  id: z.string(),
  direction: directionSchema,
  /** The other side's number as it came; null when hidden. */
  number: z.string().nullable(),
  numberE164: z.string().nullable(),
  callerName: z.string().nullable(),
  dialled: z.string().nullable(),
  client: reference,
  queue: z.object({ id: z.uuid(), code: z.string(), nameRu: z.string(), nameEn: z.string() }).nullable(),
  agent: reference,
  startedAt: z.iso.datetime(),
  connectedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  waitMs: z.number().int(),
  talkMs: z.number().int(),
  heldMs: z.number().int(),
  durationMs: z.number().int(),
  result: callResultSchema,
  endedBy: z.enum(['external', 'agent', 'system', 'unknown']).nullable(),
});
export type Call = z.infer<typeof callSchema>;

export const callDetailSchema = callSchema.extend({
  consultOf: z.string().nullable(),
  endCause: z.number().int().nullable(),
  legs: z.array(
    z.object({
      id: z.string(),
      number: z.string().nullable(),
      name: z.string().nullable(),
      extension: z.string().nullable(),
      agent: reference,
      startedAt: z.iso.datetime(),
      answeredAt: z.iso.datetime().nullable(),
      connectedAt: z.iso.datetime().nullable(),
      endedAt: z.iso.datetime().nullable(),
      heldMs: z.number().int(),
      outcome: z.string().nullable(),
    }),
  ),
  queueVisits: z.array(
    z.object({
      visit: z.number().int(),
      queueCode: z.string(),
      joinedAt: z.iso.datetime(),
      leftAt: z.iso.datetime().nullable(),
      outcome: z.string().nullable(),
      waitMs: z.number().int().nullable(),
      position: z.number().int().nullable(),
      offers: z.number().int(),
      agent: reference,
    }),
  ),
});
export type CallDetail = z.infer<typeof callDetailSchema>;

export const callFilterSchema = pageQuerySchema.extend({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  direction: directionSchema.optional(),
  result: callResultSchema.optional(),
  /** In any writing; four digits or more also match the end of a number. */
  number: z.string().trim().max(40).optional(),
  clientId: z.uuid().optional(),
  queueId: z.uuid().optional(),
  agentId: z.uuid().optional(),
});
export type CallFilter = z.input<typeof callFilterSchema>;
export const callPageSchema = pageOf(callSchema);
export type CallPage = z.infer<typeof callPageSchema>;
