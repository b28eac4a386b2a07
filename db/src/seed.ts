/** The demo base: an energy supplier in Kursk with four agents and three thousand clients. Every number in it is fictional. */
import { sql } from 'drizzle-orm';
import type { Database, Queryable } from './database.ts';
import { demoBase } from './demo/clients.ts';
import { demoAgents, demoMemberships, demoPauseReasons, demoQueues, demoTeams, organisation } from './demo/staff.ts';
import * as schema from './schema.ts';

export { demoCallers } from './demo/clients.ts';
export { demoLogins, DEMO_PASSWORD } from './demo/staff.ts';

/**
 * Fills a migrated database that has no organisation yet; leaves any other as it is, be it a real one's. All or nothing. Takes about a second.
 */
export async function seed(db: Database, { pbxId = 'main' } = {}): Promise<{ seeded: boolean }> {
  const agents = await demoAgents(pbxId);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('headset:seed'))`);
    await tx.execute(sql`set local statement_timeout = '60s'`);
    const [existing] = await tx.select({ id: schema.organisations.id }).from(schema.organisations).limit(1);
    if (existing) return { seeded: false };
    await tx.insert(schema.organisations).values(organisation);
    await tx.insert(schema.teams).values(demoTeams);
    await tx.insert(schema.agents).values(agents);
    await tx.insert(schema.pauseReasons).values(demoPauseReasons);
    await tx.insert(schema.queues).values(demoQueues(pbxId));
    await tx.insert(schema.memberships).values(demoMemberships);
    await seedClients(tx);
    return { seeded: true };
  });
}

async function seedClients(tx: Queryable): Promise<void> {
  const base = demoBase();
  for (const rows of chunks(base.clients)) await tx.insert(schema.clients).values(rows);
  for (const rows of chunks(base.phones)) await tx.insert(schema.clientPhones).values(rows);
  for (const rows of chunks(base.accounts)) await tx.insert(schema.personalAccounts).values(rows);
}

/** A statement takes 65,535 parameters at most; none of these rows has more than a dozen. */
function* chunks<Row>(rows: readonly Row[], size = 1_000): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

/**
 * `count` further clients with one number and one account each, made inside Postgres: for measuring searches and pops on a base of real
 * size (a million takes two minutes).
 */
export async function seedLarge(db: Database, count: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`);
    await tx.execute(sql`
      with made as (
        insert into clients (id, kind, name, address)
        select gen_random_uuid(), 'person', initcap(translate(md5(n::text), '0123456789abcdef', 'оеаинтсрвлкмдпуя')) || ' Иван Петрович',
          'г. Курск, д. ' || n
        from generate_series(1, ${count}::integer) n
        returning id, address
      ), numbered as (
        select id, row_number() over () as n from made
      ), with_phones as (
        insert into client_phones (id, client_id, e164, written, kind)
        select gen_random_uuid(), id, '+7499' || lpad((n % 1000000)::text, 7, '0'), '8499' || lpad((n % 1000000)::text, 7, '0'), 'mobile'
        from numbered
      )
      insert into personal_accounts (id, client_id, number, balance_minor)
      select gen_random_uuid(), id, '99' || lpad(n::text, 9, '0'), -(n % 100000) from numbered`);
  });
}
