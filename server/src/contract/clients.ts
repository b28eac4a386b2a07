/** `/api/clients`: GET ?q= searches (name prefix, phone in any writing, account), POST creates; `/api/clients/:id` is the card. */
import { z } from 'zod';
import { pageOf, pageQuerySchema } from './paging.ts';
import { callSchema } from './calls.ts';

export const clientKindSchema = z.enum(['person', 'company']);

export const clientSummarySchema = z.object({
  id: z.uuid(),
  kind: clientKindSchema,
  name: z.string(),
  address: z.string().nullable(),
  /** The first account's number. */
  account: z.string().nullable(),
  /** Sum over the client's accounts, in minor units: negative is a debt. */
  balanceMinor: z.number().int(),
  currency: z.string(),
  flags: z.array(z.string()),
  phones: z.array(
    z.object({
      e164: z.string().nullable(),
      written: z.string(),
      extension: z.string().nullable(),
      kind: z.enum(['mobile', 'home', 'work', 'other']),
    }),
  ),
});
export type ClientSummary = z.infer<typeof clientSummarySchema>;

export const clientCardSchema = clientSummarySchema.extend({
  stickyNote: z.string().nullable(),
  accounts: z.array(
    z.object({
      id: z.uuid(),
      number: z.string(),
      address: z.string().nullable(),
      balanceMinor: z.number().int(),
      currency: z.string(),
    }),
  ),
  /** The last three, newest first, live ones left out. */
  lastCalls: z.array(callSchema),
});
export type ClientCard = z.infer<typeof clientCardSchema>;

export const clientSearchSchema = pageQuerySchema.extend({ q: z.string().trim().max(100).default('') });
export const clientPageSchema = pageOf(clientSummarySchema);
export type ClientPage = z.infer<typeof clientPageSchema>;

export const newClientSchema = z.object({
  kind: clientKindSchema.default('person'),
  name: z.string().trim().min(1).max(200),
  address: z.string().trim().max(300).nullable().default(null),
  phones: z.array(z.string().trim().min(1).max(100)).max(10).default([]),
  /** The live or ended call that brought this client: it is bound to the new card. */
  callId: z.string().max(128).optional(),
});
export type NewClient = z.input<typeof newClientSchema>;
