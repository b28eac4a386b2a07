import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../db/src/index.ts';
import { searchClients, type ClientSearch } from '../../db/src/queries/client-search.ts';
import { createClient, findClient, findClientsByE164, selectClients } from '../../db/src/queries/clients.ts';
import { demoCallers, seed } from '../../db/src/seed.ts';
import { createTestDatabase } from '../postgres.ts';

let db: Database;
beforeAll(async () => {
  ({ db } = await createTestDatabase());
  await seed(db);
});

const search = (text: string, more: Partial<ClientSearch> = {}) =>
  searchClients(db, { text, e164: null, scope: { level: 'all' }, limit: 50, ...more });

describe('the demo base', () => {
  it('stays as it is when seeded again', async () => {
    const contents = () =>
      db.execute(sql`
      select (select md5(string_agg(a::text, ',' order by a.id)) from agents a) as agents,
        (select md5(string_agg(c::text, ',' order by c.id)) from clients c) as clients,
        (select count(*) from client_phones) as phones, (select count(*) from memberships) as memberships`);
    const before = await contents();
    expect(await seed(db)).toEqual({ seeded: false });
    expect(await contents()).toEqual(before);
  });
});

describe('a client by number', () => {
  it('is found whole: phones, accounts, the sum of the balances', async () => {
    const [client, ...others] = await findClientsByE164(db, demoCallers().clients[0] ?? '');
    expect(others).toEqual([]);
    expect(client?.accounts).toHaveLength(2);
    expect(client?.accounts[0]).toMatchObject({ number: client?.account, balanceMinor: -184_250, currency: 'RUB' });
    expect(client?.balanceMinor).toBe(client?.accounts.reduce((sum, account) => sum + account.balanceMinor, 0));
    expect(client?.phones[0]).toMatchObject({ e164: demoCallers().clients[0], kind: 'mobile' });
  });

  it('may be two who share it, or nobody', async () => {
    expect(await findClientsByE164(db, demoCallers().shared)).toHaveLength(2);
    expect(await findClientsByE164(db, demoCallers().unknown)).toEqual([]);
  });
});

describe('a new client', () => {
  it('keeps the order of its phones, and what could not be read as text', async () => {
    const made = await createClient(db, {
      kind: 'person',
      name: 'Ёжикова Алёна Петровна',
      address: null,
      phones: [
        { e164: '+74950777001', written: '8 495 077 70 01', extension: '12', kind: 'work' },
        { e164: null, written: 'спросить соседку', extension: null },
      ],
    });
    expect(await findClient(db, made.id)).toEqual(made);
    expect(made.phones.map((phone) => phone.written)).toEqual(['8 495 077 70 01', 'спросить соседку']);
    expect(made).toMatchObject({ accounts: [], account: null, balanceMinor: 0, flags: [] });
  });

  it('of a team is not seen by another team', async () => {
    const [team, other] = await db.execute<{ id: string }>(sql`select id from teams order by name`);
    if (!team || !other) throw new Error('the demo has two teams');
    const made = await createClient(db, {
      kind: 'company',
      name: 'АО «Чужая»',
      address: null,
      teamId: team.id,
      phones: [],
    });
    const seenBy = async (teamId: string) => (await findClient(db, made.id, { level: 'team', teamId })) !== null;
    expect([await seenBy(team.id), await seenBy(other.id)]).toEqual([true, false]);
    const found = await search('ао «чужая', { scope: { level: 'team', teamId: other.id } });
    expect(found.items).toEqual([]);
  });
});

describe('searching clients', () => {
  it('by the beginning of the name takes ё and е for one letter, in any case', async () => {
    for (const text of ['Ёжикова', 'ежикова ал', 'ЕЖИКОВА  АЛЁНА'])
      expect((await search(text)).items.map((client) => client.name)).toEqual(['Ёжикова Алёна Петровна']);
  });

  it('pages through all clients by name, each once', async () => {
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await search('', { limit: 200, ...(cursor ? { cursor } : {}) });
      names.push(...page.items.map((client) => `${client.nameKey} ${client.id}`));
      cursor = page.nextCursor;
    } while (cursor);
    const [count] = await db.execute<{ n: number }>(sql`select count(*)::int as n from clients`);
    expect(new Set(names).size).toBe(count?.n);
    expect(names).toEqual([...names].sort());
  });

  it('by digits finds a number, its end, an account and its beginning, the exact ones first', async () => {
    const [client] = await findClientsByE164(db, demoCallers().clients[0] ?? '');
    if (!client?.account) throw new Error('the first demo client has accounts');
    const firstOf = async (text: string, e164: string | null = null) => (await search(text, { e164 })).items[0]?.id;
    expect(await firstOf('84950001000', '+74950001000')).toBe(client.id);
    expect((await search('1000')).items.map(({ id }) => id)).toContain(client.id);
    expect(await firstOf(client.account)).toBe(client.id);
    expect((await search(client.account.slice(0, 7))).items.length).toBeGreaterThan(1);
    expect((await search('46')).items).toEqual([]);
  });

  it('falls back to words inside the name from five characters on', async () => {
    expect((await search('алёна петр')).items.map((client) => client.name)).toContain('Ёжикова Алёна Петровна');
    expect((await search('петр алена ежик')).items).toHaveLength(1);
    expect((await search('жико')).items).toEqual([]);
    const first = await search('петровна', { limit: 2 });
    const second = await search('петровна', { limit: 2, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map((client) => client.nameKey)).toEqual(
      [...first.items, ...second.items].map((client) => client.nameKey).toSorted(),
    );
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
  });

  it.each(['%', '_', "'", '\\', '"; drop table clients; --', '%%%%%%', '\u{10FFFF}'])(
    'takes %s for what it is',
    async (text) => {
      expect((await search(text)).items).toEqual([]);
    },
  );

  it('reads an index in every way but the fallback', async () => {
    await db.execute(sql`analyze`);
    const begins = sql`c.name_key >= ${'ежик'} and c.name_key < ${'ежик\u{10FFFF}'}`;
    const plan = await db.execute(sql`explain ${selectClients(begins, 50)}`);
    const text = plan.map((row) => String(row['QUERY PLAN'])).join('\n');
    expect(text).toContain('clients_name_key_idx');
    expect(text).not.toContain('Seq Scan');
  });
});
