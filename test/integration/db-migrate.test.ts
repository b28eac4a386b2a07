import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { makeEventPartitions, migrate, schemaState, SchemaIsNewerError } from '../../db/src/index.ts';
import { createTestDatabase } from '../postgres.ts';

const NOW = new Date('2026-11-22T10:00:00Z');

describe('migrations', () => {
  it('bring an empty database to the current schema, and find nothing to do the second time', async () => {
    const { url, db } = await createTestDatabase({ migrated: false });
    expect(await schemaState(db)).toBe('empty');
    expect(await migrate(url, NOW)).toBe('empty');
    expect(await schemaState(db)).toBe('current');
    expect(await migrate(url, NOW)).toBe('current');
  });

  it('run once when several processes start at the same moment', async () => {
    const { url } = await createTestDatabase({ migrated: false });
    const found = await Promise.all(Array.from({ length: 5 }, () => migrate(url, NOW)));
    expect(found.toSorted()).toEqual(['current', 'current', 'current', 'current', 'empty']);
  });

  it('refuse a database that a newer Headset migrated, and leave it alone', async () => {
    const { url, db } = await createTestDatabase();
    await db.execute(
      sql`insert into schema_migrations (hash, created_at) values ('of a later version', 9999999999999)`,
    );
    const before = await db.execute(sql`select count(*) from pg_class`);
    await expect(migrate(url, new Date('2031-01-01T00:00:00Z'))).rejects.toThrow(SchemaIsNewerError);
    expect(await schemaState(db)).toBe('newer');
    expect(await db.execute(sql`select count(*) from pg_class`)).toEqual(before);
  });
});

describe('the ledger', () => {
  const fact = (at: string, ordinal: number) => sql`
    insert into events (partitioned_at, pbx_id, call_id, leg_id, kind, ordinal, seq, occurred_at, v, payload)
    values (${at}, 'main', 'c', 'l', 'CallStarted', ${ordinal}, ${ordinal}, ${at}, 1, '{}')`;

  it('keeps facts in the partition of their month in UTC, and facts of any other time in the default one', async () => {
    const { url, db } = await createTestDatabase({ migrated: false });
    await migrate(url, NOW);
    for (const [i, at] of [
      '2026-10-31T23:59:59.999Z',
      '2026-11-01T00:00:00Z',
      '2027-01-31T23:59:59.999Z',
      '2027-02-01T00:00:00Z',
    ].entries())
      await db.execute(fact(at, i));
    const rows = await db.execute(sql`select tableoid::regclass::text as partition from events order by ordinal`);
    expect(rows.map((row) => row.partition)).toEqual([
      'events_default',
      'events_2026_11',
      'events_2027_01',
      'events_default',
    ]);
  });

  it('moves facts of the default partition when their month gets its own', async () => {
    const { db } = await createTestDatabase();
    await db.execute(fact('2030-06-15T12:00:00Z', 0));
    await Promise.all([
      makeEventPartitions(db, new Date('2030-06-01T00:00:00Z')),
      makeEventPartitions(db, new Date('2030-06-30T00:00:00Z')),
    ]);
    const rows = await db.execute(sql`select tableoid::regclass::text as partition from events`);
    expect(rows.map((row) => row.partition)).toEqual(['events_2030_06']);
    await expect(db.execute(fact('2030-06-15T12:00:00Z', 0))).rejects.toMatchObject({ cause: { code: '23505' } });
  });
});
