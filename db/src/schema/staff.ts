/** The organisation and those who work in it. */
import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** The one organisation of this installation: how numbers are read, when days end, what language is the default. */
export const organisations = pgTable('organisations', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  /** IANA zone in which days end. */
  zone: text('zone').notNull(),
  locale: text('locale', { enum: ['ru', 'en'] }).notNull(),
  /** ISO 3166-1 alpha-2, and the area code of landline numbers written without one. */
  country: text('country').notNull(),
  areaCode: text('area_code').notNull(),
  createdAt: createdAt(),
});

export const teams = pgTable('teams', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull().unique(),
  createdAt: createdAt(),
});

/** A person who logs in. `extension` and `sipSecret` are null for those without a phone. */
export const agents = pgTable(
  'agents',
  {
    id: uuid('id').primaryKey(),
    login: text('login').notNull(),
    displayName: text('display_name').notNull(),
    passwordHash: text('password_hash').notNull(),
    role: text('role', { enum: ['operator', 'supervisor', 'admin'] }).notNull(),
    teamId: uuid('team_id')
      .notNull()
      .references(() => teams.id),
    locale: text('locale', { enum: ['ru', 'en'] }),
    pbxId: text('pbx_id'),
    extension: text('extension'),
    sipSecret: text('sip_secret'),
    active: boolean('active').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('agents_login_key').on(sql`lower(${t.login})`),
    uniqueIndex('agents_pbx_extension_key').on(t.pbxId, t.extension),
    index('agents_team_idx').on(t.teamId),
  ],
);

/** What the agent wants: intent. What the PBX says is fact; the state shown is f(intent, fact, now). */
export const agentIntents = pgTable('agent_intents', {
  agentId: uuid('agent_id')
    .primaryKey()
    .references(() => agents.id, { onDelete: 'cascade' }),
  wants: text('wants', { enum: ['ready', 'paused'] }).notNull(),
  /** A code of pause_reasons while paused. */
  pauseReason: text('pause_reason').references(() => pauseReasons.code),
  since: instant('since').notNull(),
});

export const pauseReasons = pgTable('pause_reasons', {
  code: text('code').primaryKey(),
  nameRu: text('name_ru').notNull(),
  nameEn: text('name_en').notNull(),
  paid: boolean('paid').notNull().default(true),
  sort: smallint('sort').notNull().default(0),
  active: boolean('active').notNull().default(true),
});

/** The cookie carries a random token; only its SHA-256 is kept. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    agentId: uuid('agent_id')
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    lastSeenAt: instant('last_seen_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('sessions_agent_idx').on(t.agentId), index('sessions_expires_idx').on(t.expiresAt)],
);
