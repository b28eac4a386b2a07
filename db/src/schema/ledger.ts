/** What is only ever added to: the facts, how far they were taken in, what was refused, and who did what. */
import { bigint, index, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { agents } from './staff.ts';

/**
 * The ledger: every fact once. Partitioned by month of `partitionedAt`, which is derived from the call's id (or is occurredAt
 * for facts about no call), so that a fact delivered or rebuilt twice meets its own row. The partitioning itself is in the
 * hand-written part of the first migration.
 */
export const events = pgTable(
  'events',
  {
    partitionedAt: instant('partitioned_at').notNull(),
    pbxId: text('pbx_id').notNull(),
    callId: text('call_id').notNull(),
    legId: text('leg_id').notNull(),
    kind: text('kind').notNull(),
    ordinal: bigint('ordinal', { mode: 'number' }).notNull(),
    occurredAt: instant('occurred_at').notNull(),
    v: smallint('v').notNull(),
    /** Of the delivery that brought it. Facts of one call replay in the order (committedAt, seq): instants tie. */
    seq: bigint('seq', { mode: 'number' }).notNull(),
    payload: jsonb('payload').notNull(),
    committedAt: instant('committed_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.partitionedAt, t.pbxId, t.callId, t.legId, t.kind, t.ordinal] }),
    index('events_call_idx').on(t.callId),
    index('events_occurred_idx').on(t.occurredAt),
  ],
);

/** Deliveries that could not be understood: kept whole, shown in /metrics, never in the way of the others. */
export const rejectedDeliveries = pgTable('rejected_deliveries', {
  id: uuid('id').primaryKey(),
  pbxId: text('pbx_id').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  payload: jsonb('payload').notNull(),
  reason: text('reason').notNull(),
  receivedAt: instant('received_at').notNull().defaultNow(),
});

/** Up to where each bridge's stream is committed; written in the same transaction as the facts. */
export const pbxStreams = pgTable(
  'pbx_streams',
  {
    pbxId: text('pbx_id').notNull(),
    epoch: uuid('epoch').notNull(),
    committedSeq: bigint('committed_seq', { mode: 'number' }).notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.pbxId, t.epoch] })],
);

/** Who did what to which thing. Append-only. */
export const audit = pgTable(
  'audit',
  {
    id: uuid('id').primaryKey(),
    at: instant('at').notNull().defaultNow(),
    actorId: uuid('actor_id').references(() => agents.id),
    action: text('action').notNull(),
    resource: text('resource').notNull(),
    resourceId: text('resource_id'),
    details: jsonb('details'),
    ip: text('ip'),
  },
  (t) => [index('audit_at_idx').on(t.at), index('audit_resource_idx').on(t.resource, t.resourceId)],
);
