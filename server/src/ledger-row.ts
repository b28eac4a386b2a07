/** A fact on its way into the ledger: its identity, its place, and text that Postgres can hold. */
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import type { FactKey, LedgerRow } from '@headset/db/queries/event-batch';

/** The end of a call's id is the PBX's own id of its first leg: seconds since 1970, a dot, a counter. */
const pbxTime = /-(?:.*-)?(\d{9,10})\.\d+$/;

/**
 * The instant by which the ledger is partitioned. It must be the same whenever the same fact comes again, even rebuilt with another
 * occurredAt: so it is taken from the call's id, and of an id without a time it is the beginning of 1970.
 */
export function partitionedAt(fact: DomainEvent): string {
  if (fact.callId === '') return fact.occurredAt;
  const seconds = Number(pbxTime.exec(fact.callId)?.[1] ?? 0);
  return new Date(seconds * 1000).toISOString();
}

export const ledgerRow = (fact: DomainEvent, seq: number): LedgerRow => ({
  partitionedAt: partitionedAt(fact),
  pbxId: fact.pbxId,
  callId: fact.callId,
  legId: fact.legId,
  kind: fact.kind,
  ordinal: fact.ordinal,
  occurredAt: fact.occurredAt,
  v: fact.v,
  seq,
  payload: fact,
});

/** One text for each identity. */
export const factKey = (fact: FactKey): string =>
  [fact.pbxId, fact.callId, fact.legId, fact.kind, fact.ordinal].join('\n');

/** The same value with what jsonb cannot hold (NUL, halves of surrogate pairs) replaced: callers' names are hostile text. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\0|\p{Surrogate}/gu, '\u{FFFD}');
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]));
  return value;
}
