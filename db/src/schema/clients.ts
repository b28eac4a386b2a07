/** The client base. */
import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { bytewiseText, createdAt, instant } from './columns.ts';
import { teams } from './staff.ts';

export const clients = pgTable(
  'clients',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind', { enum: ['person', 'company'] }).notNull(),
    /** "Фамилия Имя Отчество" or the company's name. */
    name: text('name').notNull(),
    /** What search and paging compare: lower case, ё as е (people write either), which in Russian also sorts as the alphabet does. */
    nameKey: bytewiseText('name_key')
      .notNull()
      .generatedAlwaysAs(sql`translate(lower(name collate "und-x-icu"), 'ё', 'е')`),
    address: text('address'),
    /** Shown on top of the card; one short line. */
    stickyNote: text('sticky_note'),
    /** Codes: `vip`, `life_support`, `do_not_call`, … */
    flags: text('flags')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    locale: text('locale', { enum: ['ru', 'en'] }),
    zone: text('zone'),
    teamId: uuid('team_id').references(() => teams.id),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    index('clients_name_key_idx').on(t.nameKey, t.id),
    /** The fallback for words inside a name; prefixes never use it. */
    index('clients_name_trigram_idx').using('gin', t.nameKey.op('gin_trgm_ops')),
  ],
);

/** A client has several. What could not be read as a number keeps its text and has no e164. */
export const clientPhones = pgTable(
  'client_phones',
  {
    id: uuid('id').primaryKey(),
    clientId: uuid('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    e164: text('e164'),
    /** As it was written. */
    written: text('written').notNull(),
    /** Digits to key in after the number answers. */
    extension: text('extension'),
    kind: text('kind', { enum: ['mobile', 'home', 'work', 'other'] })
      .notNull()
      .default('other'),
    sort: smallint('sort').notNull().default(0),
  },
  (t) => [
    index('client_phones_client_idx').on(t.clientId),
    index('client_phones_e164_idx').on(t.e164),
    index('client_phones_reversed_idx').on(sql`reverse(${t.e164}) text_pattern_ops`),
  ],
);

/** The client's contract account. `balanceMinor` in kopecks: negative is a debt. */
export const personalAccounts = pgTable(
  'personal_accounts',
  {
    id: uuid('id').primaryKey(),
    clientId: uuid('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    number: text('number').notNull().unique(),
    address: text('address'),
    balanceMinor: bigint('balance_minor', { mode: 'number' }).notNull().default(0),
    currency: text('currency').notNull().default('RUB'),
    createdAt: createdAt(),
  },
  (t) => [
    index('personal_accounts_client_idx').on(t.clientId),
    index('personal_accounts_number_prefix_idx').on(sql`${t.number} text_pattern_ops`),
  ],
);
