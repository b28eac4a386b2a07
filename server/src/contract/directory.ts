/** `/api/agents` and `/api/queues`: who and what there is, for filters, transfers and presence. `/api/demo/calls`: ask the demo carrier for a call. */
import { z } from 'zod';
import { agentStateSchema } from './desk.ts';
import { pageOf } from './paging.ts';

export const agentSummarySchema = z.object({
  id: z.uuid(),
  displayName: z.string(),
  extension: z.string().nullable(),
  teamId: z.uuid(),
  state: agentStateSchema,
});
export type AgentSummary = z.infer<typeof agentSummarySchema>;
export const agentPageSchema = pageOf(agentSummarySchema);

export const queueSummarySchema = z.object({
  id: z.uuid(),
  code: z.string(),
  nameRu: z.string(),
  nameEn: z.string(),
});
export type QueueSummary = z.infer<typeof queueSummarySchema>;
export const queuePageSchema = pageOf(queueSummarySchema);

/** Who calls: a client of the demo base, a number that nobody has, or one that hides its number. Only while `demo` is true. */
export const demoCallSchema = z.object({ caller: z.enum(['client', 'unknown', 'hidden']).default('client') });
export const demoCallAnswerSchema = z.object({ number: z.string().nullable() });
