/**
 * The tables. Read with ARCHITECTURE.md's glossary beside it.
 *
 * - Entity ids are UUIDv7 made by the application; a call's and a leg's id come from the bridge (text).
 * - All instants are `timestamptz`; durations are computed from instants of one clock and stored in milliseconds.
 * - Indexes by time are ascending: read backwards they serve `order by … desc`, which drizzle's `desc nulls last` would not.
 * - `events` is the ledger from which every figure comes; calls, legs, queue_visits are folded from it.
 */
export * from './schema/staff.ts';
export * from './schema/clients.ts';
export * from './schema/queues.ts';
export * from './schema/calls.ts';
export * from './schema/ledger.ts';
