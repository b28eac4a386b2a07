import { sql } from 'drizzle-orm';
import type { Queryable } from '../database.ts';

/** Resolves when Postgres answers; rejects otherwise. The caller sets the deadline. */
export async function ping(db: Queryable): Promise<void> {
  await db.execute(sql`select 1`);
}
