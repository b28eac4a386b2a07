/** For the demo carrier: somebody of the base who may call. */
import { sql } from 'drizzle-orm';
import type { Queryable } from '../database.ts';

/** The number (E.164) of one of the first thousand, by chance. Null when nobody has one. */
export async function someClientNumber(db: Queryable): Promise<string | null> {
  const [row] = await db.execute<{ e164: string }>(sql`
    select e164 from (select e164 from client_phones where e164 is not null limit 1000) some order by random() limit 1`);
  return row?.e164 ?? null;
}
