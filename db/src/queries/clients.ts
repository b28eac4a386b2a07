/** The client base: by id, by number for the pop, and new ones. Searching is in client-search.ts. */
import { sql, type SQL } from 'drizzle-orm';
import type { Queryable } from '../database.ts';
import { clientPhones, clients } from '../schema.ts';
import { uuidv7 } from '../uuid.ts';

export type ClientPhone = {
  e164: string | null;
  written: string;
  extension: string | null;
  kind: 'mobile' | 'home' | 'work' | 'other';
};

export type ClientAccount = {
  id: string;
  number: string;
  address: string | null;
  balanceMinor: number;
  currency: string;
};

/** A client with phones and accounts: enough for a line in a list and for the card's upper half. */
export type Client = {
  id: string;
  kind: 'person' | 'company';
  name: string;
  /** What lists are sorted and searched by; see the schema. */
  nameKey: string;
  address: string | null;
  stickyNote: string | null;
  flags: string[];
  teamId: string | null;
  phones: ClientPhone[];
  accounts: ClientAccount[];
  /** The first account's number, and the sum over all accounts in minor units: negative is a debt. */
  account: string | null;
  balanceMinor: number;
  currency: string;
};

/** Clients belong to no single agent; one without a team is everybody's. */
export type ClientScope = { level: 'team'; teamId: string } | { level: 'all' };

/** The condition of `scope` on the alias `c`. */
export const visibleClients = (scope: ClientScope): SQL =>
  scope.level === 'all' ? sql`true` : sql`(c.team_id is null or c.team_id = ${scope.teamId}::uuid)`;

const byName = sql`c.name_key, c.id`;

/**
 * Whole clients, one statement for any number of them; `where` and `order` speak of the clients as `c`. Phones and accounts are gathered
 * for the rows within the limit alone.
 */
export const selectClients = (where: SQL, limit: number, order: SQL = byName): SQL => sql`
  select c.id, c.kind, c.name, c.name_key as "nameKey", c.address, c.sticky_note as "stickyNote", c.flags, c.team_id as "teamId",
    phones.list as phones, accounts.list as accounts, accounts.list -> 0 ->> 'number' as account,
    accounts.balance as "balanceMinor", coalesce(accounts.list -> 0 ->> 'currency', 'RUB') as currency
  from (select c.* from clients c where ${where} order by ${order} limit ${limit}) c
  cross join lateral (
    select coalesce(
      json_agg(json_build_object('e164', p.e164, 'written', p.written, 'extension', p.extension, 'kind', p.kind) order by p.sort, p.id), '[]'
    ) as list
    from client_phones p where p.client_id = c.id
  ) phones
  cross join lateral (
    select coalesce(
      json_agg(json_build_object('id', a.id, 'number', a.number, 'address', a.address, 'balanceMinor', a.balance_minor, 'currency', a.currency)
        order by a.created_at, a.id), '[]'
    ) as list, coalesce(sum(a.balance_minor), 0)::float8 as balance
    from personal_accounts a where a.client_id = c.id
  ) accounts
  order by ${order}`;

export async function findClient(
  db: Queryable,
  id: string,
  scope: ClientScope = { level: 'all' },
): Promise<Client | null> {
  const [client] = await db.execute<Client>(selectClients(sql`c.id = ${id}::uuid and ${visibleClients(scope)}`, 1));
  return client ?? null;
}

/** Whose number is it? For the pop: one indexed statement. Ten at most, by name: a number that more share identifies nobody. */
export async function findClientsByE164(db: Queryable, e164: string): Promise<Client[]> {
  return db.execute<Client>(
    selectClients(sql`c.id in (select p.client_id from client_phones p where p.e164 = ${e164})`, 10),
  );
}

export type NewClientRow = {
  kind: 'person' | 'company';
  name: string;
  address: string | null;
  teamId?: string | null;
  phones: (Pick<ClientPhone, 'e164' | 'written' | 'extension'> & { kind?: ClientPhone['kind'] })[];
};

/** Makes a client with phones, in the order given. Runs in the caller's transaction, or in one of its own. */
export async function createClient(db: Queryable, client: NewClientRow): Promise<Client> {
  const { phones, ...row } = client;
  const id = uuidv7();
  return db.transaction(async (tx) => {
    await tx.insert(clients).values({ id, ...row });
    if (phones.length > 0)
      await tx
        .insert(clientPhones)
        .values(phones.map((phone, sort) => ({ id: uuidv7(), clientId: id, sort, ...phone })));
    const created = await findClient(tx, id);
    if (!created) throw new Error('a client just made was not found in its own transaction');
    return created;
  });
}
