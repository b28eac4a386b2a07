/**
 * Searching six million clients while an operator types. The shape of the text picks the index:
 *
 * - nothing: the whole base by name, page by page;
 * - digits: the number as e164, the end of a number, the beginning of an account: ms each. No further pages: more digits narrow it;
 * - words: the beginning of the name, page by page;
 * - words of five characters or more that begin no name: anywhere in the name, by trigrams. These scans cannot stop at a limit, so they
 *   get half a second, and then find nothing.
 */
import { sql, type SQL } from 'drizzle-orm';
import { decodeCursor, pageFrom, uuidPattern, type Page } from '../cursor.ts';
import type { Queryable } from '../database.ts';
import { selectClients, visibleClients, type Client, type ClientScope } from './clients.ts';

export type ClientSearch = {
  /** As typed. */
  text: string;
  /** `text` as the phone normaliser read it, or null. */
  e164: string | null;
  scope: ClientScope;
  limit: number;
  cursor?: string | undefined;
};

export type SearchRoute =
  { by: 'everything' } | { by: 'digits'; digits: string } | { by: 'words'; key: string; fallback: boolean };

/** Above every character of a key: `key || LAST` bounds all texts that begin with `key`. */
const LAST = '\u{10FFFF}';
const FALLBACK_MIN_LENGTH = 5;
const FALLBACK_TIMEOUT_MS = 500;

/** Lower case, ё as е, single spaces: what `clients.name_key` compares. */
export function nameKey(text: string): string {
  return text.normalize('NFC').replaceAll('\0', '').trim().replace(/\s+/g, ' ').toLowerCase().replaceAll('ё', 'е');
}

export function routeSearch(text: string): SearchRoute {
  const key = nameKey(text);
  if (key === '') return { by: 'everything' };
  const digits = key.replace(/\D/g, '');
  if (digits.length > 0 && /^[\d\s+().\-–/№#]+$/.test(key)) return { by: 'digits', digits };
  return { by: 'words', key, fallback: key.length >= FALLBACK_MIN_LENGTH };
}

export async function searchClients(db: Queryable, search: ClientSearch): Promise<Page<Client>> {
  const route = routeSearch(search.text);
  if (route.by === 'digits') return { items: await byDigits(db, search, route.digits), nextCursor: null };

  const [mode = 'prefix', afterKey = '', afterId = ''] = search.cursor
    ? decodeCursor(search.cursor, [/^(prefix|inside)$/, /^/, uuidPattern])
    : [];
  const after = afterId ? sql`(c.name_key, c.id) > (${afterKey}, ${afterId}::uuid)` : sql`true`;
  if (route.by === 'everything') return byName(db, search, 'prefix', after);

  if (mode === 'prefix') {
    const begins = sql`c.name_key >= ${route.key} and c.name_key < ${route.key + LAST}`;
    const page = await byName(db, search, 'prefix', sql`${begins} and ${after}`);
    if (page.items.length > 0 || search.cursor || !route.fallback) return page;
  }
  return route.fallback ? byWordsInside(db, search, route.key, after) : { items: [], nextCursor: null };
}

/** Exact numbers first, then exact accounts, then the rest by name. Each index gives 200 rows at most to rank. */
async function byDigits(db: Queryable, { e164, scope, limit }: ClientSearch, digits: string): Promise<Client[]> {
  const reversed = [...digits].reverse().join('');
  const found: SQL[] = [];
  if (e164) found.push(sql`(select client_id, 0 as rank from client_phones where e164 = ${e164} limit 200)`);
  if (digits.length >= 4)
    // ':' is the character after '9'.
    found.push(sql`(select client_id, 2 from client_phones
      where reverse(e164) ~>=~ ${reversed} and reverse(e164) ~<~ ${`${reversed}:`} limit 200)`);
  if (digits.length >= 3)
    found.push(sql`(select client_id, case when number = ${digits} then 1 else 3 end from personal_accounts
      where number ~>=~ ${digits} and number ~<~ ${digits + LAST} order by number using ~<~ limit 200)`);
  if (found.length === 0) return [];
  const ranked = sql`(select client_id, min(rank) as rank from (${sql.join(found, sql` union all `)}) f (client_id, rank) group by client_id)`;
  const order = sql`(select rank from ranked where client_id = c.id), c.name_key, c.id`;
  const where = sql`c.id in (select client_id from ranked) and ${visibleClients(scope)}`;
  return db.execute<Client>(sql`with ranked as materialized ${ranked} ${selectClients(where, limit, order)}`);
}

async function byName(
  db: Queryable,
  search: ClientSearch,
  mode: 'prefix' | 'inside',
  condition: SQL,
): Promise<Page<Client>> {
  const where = sql`${condition} and ${visibleClients(search.scope)}`;
  const rows = await db.execute<Client>(selectClients(where, search.limit + 1));
  return pageFrom(rows, search.limit, (last) => [mode, last.nameKey, last.id]);
}

async function byWordsInside(db: Queryable, search: ClientSearch, key: string, after: SQL): Promise<Page<Client>> {
  const patterns = key.split(' ').map((word) => sql`c.name_key like ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`);
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql.raw(`set local statement_timeout = ${FALLBACK_TIMEOUT_MS}`));
      return byName(tx, search, 'inside', sql`${sql.join(patterns, sql` and `)} and ${after}`);
    });
  } catch (error) {
    if (isStatementTimeout(error)) return { items: [], nextCursor: null };
    throw error;
  }
}

/** SQLSTATE 57014; drizzle wraps the driver's error. */
function isStatementTimeout(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === '57014';
}
