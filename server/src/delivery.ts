/** Reading what a bridge delivers: the edge where text from the telephone network enters. What cannot be understood is set aside, whole. */
import { domainEventSchema, type DomainEvent } from '@headset/ami-bridge/domain-events';
import { z } from 'zod';
import { storable } from './ledger-row.ts';
import { upcast } from './upcast.ts';

/** Whose stream it is. */
export type Source = { pbxId: string; epoch: string };
export type ReadDelivery = { seq: number; fact: DomainEvent } | { seq: number; payload: unknown; reason: string };

const envelopeSchema = z.object({ seq: z.number().int().positive(), event: z.unknown() });

export function readDelivery(source: Source, raw: unknown): ReadDelivery {
  const clean = storable(raw);
  const envelope = envelopeSchema.safeParse(clean);
  if (!envelope.success) return { seq: 0, payload: clean, reason: 'not a delivery' };
  const { seq, event } = envelope.data;
  const fact = domainEventSchema.safeParse(upcast(event));
  if (!fact.success) return { seq, payload: event, reason: reasonOf(fact.error) };
  if (fact.data.pbxId !== source.pbxId) return { seq, payload: event, reason: 'of another PBX' };
  return { seq, fact: fact.data };
}

/** Which fields were wrong, and not with what: the reason is logged. */
const reasonOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'event'}: ${issue.code}`)
    .join('; ');
