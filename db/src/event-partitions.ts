/** The ledger's monthly partitions. Without one, facts go to the default partition: nothing is lost, reports grow slower. */
import { sql } from 'drizzle-orm';
import type { Queryable } from './database.ts';

/** Makes the partitions of the month of `now` and of the `monthsAhead` next ones. Repeatable; to be called at start and once a day. */
export async function makeEventPartitions(db: Queryable, now: Date, monthsAhead = 2): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('headset:event-partitions'))`);
    await tx.execute(sql`select make_event_partitions(${now.toISOString()}::timestamptz, ${monthsAhead + 1}::integer)`);
  });
}
