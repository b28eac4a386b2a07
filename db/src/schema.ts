/**
 * The tables. Read with ARCHITECTURE.md's glossary beside it.
 *
 * - Entity ids are UUIDv7 made by the application; a call's and a leg's id come from the bridge (text).
 * - All instants are `timestamptz`; durations are computed from instants of one clock and stored in milliseconds.
 * - Indexes by time are ascending: read backwards they serve `order by … desc`, which drizzle's `desc nulls last` would not.
 * - `events` is the ledger from which every figure comes; calls, legs, queue_visits are folded from it.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });
/** Text compared byte by byte whatever the database's own collation is, so that prefixes and paging are index scans everywhere. */
const bytewiseText = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' });
const createdAt = () => instant('created_at').notNull().defaultNow();

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

export const queues = pgTable(
  'queues',
  {
    id: uuid('id').primaryKey(),
    pbxId: text('pbx_id').notNull(),
    /** The name that the PBX knows. */
    code: text('code').notNull(),
    nameRu: text('name_ru').notNull(),
    nameEn: text('name_en').notNull(),
    zone: text('zone'),
    strategy: text('strategy', {
      enum: ['longest_idle', 'fewest_calls', 'ring_all', 'round_robin', 'linear', 'random'],
    })
      .notNull()
      .default('longest_idle'),
    weight: smallint('weight').notNull().default(0),
    ringSeconds: smallint('ring_seconds').notNull().default(20),
    maxWaitSeconds: integer('max_wait_seconds').notNull().default(0),
    /** T of the service level SL(T). */
    targetSeconds: integer('target_seconds').notNull().default(20),
    active: boolean('active').notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('queues_pbx_code_key').on(t.pbxId, t.code)],
);

export const memberships = pgTable(
  'memberships',
  {
    queueId: uuid('queue_id')
      .notNull()
      .references(() => queues.id, { onDelete: 'cascade' }),
    agentId: uuid('agent_id')
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    penalty: smallint('penalty').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.queueId, t.agentId] }), index('memberships_agent_idx').on(t.agentId)],
);

/** An entry on a client's timeline, whatever the channel. A call's interaction is made with the call. */
export const interactions = pgTable(
  'interactions',
  {
    id: uuid('id').primaryKey(),
    clientId: uuid('client_id').references(() => clients.id, { onDelete: 'set null' }),
    channel: text('channel', { enum: ['voice', 'email', 'form', 'message', 'note'] }).notNull(),
    direction: text('direction', { enum: ['inbound', 'outbound', 'internal'] }),
    occurredAt: instant('occurred_at').notNull(),
    agentId: uuid('agent_id').references(() => agents.id),
    createdAt: createdAt(),
  },
  (t) => [index('interactions_client_idx').on(t.clientId, t.occurredAt)],
);

/** One conversation, from the life of its first leg. Folded from the ledger: never written by hand. */
export const calls = pgTable(
  'calls',
  {
    id: text('id').primaryKey(),
    pbxId: text('pbx_id').notNull(),
    interactionId: uuid('interaction_id').references(() => interactions.id),
    direction: text('direction', { enum: ['inbound', 'outbound', 'internal'] }).notNull(),
    /** The other side's number: the caller's on inbound, the dialled one on outbound. Null when hidden. */
    number: text('number'),
    numberE164: text('number_e164'),
    callerName: text('caller_name'),
    dialled: text('dialled'),
    /** Set when exactly one client has the number, or when an operator chose. */
    clientId: uuid('client_id').references(() => clients.id, { onDelete: 'set null' }),
    consultOf: text('consult_of'),
    /** The last queue and the last agent that the call reached. */
    queueId: uuid('queue_id').references(() => queues.id),
    agentId: uuid('agent_id').references(() => agents.id),
    teamId: uuid('team_id').references(() => teams.id),
    startedAt: instant('started_at').notNull(),
    /** First CallConnected. */
    connectedAt: instant('connected_at'),
    /** Null while the call lives. */
    endedAt: instant('ended_at'),
    /** Time in queues until the first answer, or until the caller went. */
    waitMs: integer('wait_ms').notNull().default(0),
    /** Time with an agent, holds included; heldMs is the part on hold. */
    talkMs: integer('talk_ms').notNull().default(0),
    heldMs: integer('held_ms').notNull().default(0),
    /** Life of the first leg. */
    durationMs: integer('duration_ms').notNull().default(0),
    /** live while endedAt is null. */
    result: text('result', {
      enum: [
        'live',
        'answered',
        'abandoned',
        'missed',
        'timeout',
        'busy',
        'no_answer',
        'cancelled',
        'unobtainable',
        'failed',
        'pbx_lost',
      ],
    })
      .notNull()
      .default('live'),
    endedBy: text('ended_by', { enum: ['external', 'agent', 'system', 'unknown'] }),
    endCause: integer('end_cause'),
  },
  (t) => [
    index('calls_started_idx').on(t.startedAt, t.id),
    index('calls_client_idx').on(t.clientId, t.startedAt),
    index('calls_agent_idx').on(t.agentId, t.startedAt),
    index('calls_team_idx').on(t.teamId, t.startedAt),
    index('calls_queue_idx').on(t.queueId, t.startedAt),
    index('calls_number_idx').on(t.numberE164, t.startedAt),
    index('calls_number_reversed_idx').on(sql`reverse(${t.numberE164}) text_pattern_ops`),
    index('calls_live_idx')
      .on(t.pbxId)
      .where(sql`ended_at is null`),
  ],
);

export const legs = pgTable(
  'legs',
  {
    id: text('id').primaryKey(),
    callId: text('call_id').notNull(),
    number: text('number'),
    name: text('name'),
    extension: text('extension'),
    agentId: uuid('agent_id').references(() => agents.id),
    startedAt: instant('started_at').notNull(),
    answeredAt: instant('answered_at'),
    connectedAt: instant('connected_at'),
    endedAt: instant('ended_at'),
    heldMs: integer('held_ms').notNull().default(0),
    /** Set while on hold. */
    heldSince: instant('held_since'),
    outcome: text('outcome'),
    cause: integer('cause'),
  },
  (t) => [index('legs_call_idx').on(t.callId), index('legs_agent_idx').on(t.agentId, t.startedAt)],
);

/** One row for every stay of a call in a queue. */
export const queueVisits = pgTable(
  'queue_visits',
  {
    callId: text('call_id').notNull(),
    visit: smallint('visit').notNull(),
    queueId: uuid('queue_id').references(() => queues.id),
    queueCode: text('queue_code').notNull(),
    joinedAt: instant('joined_at').notNull(),
    leftAt: instant('left_at'),
    outcome: text('outcome'),
    waitMs: integer('wait_ms'),
    position: integer('position'),
    agentId: uuid('agent_id').references(() => agents.id),
    offers: smallint('offers').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.callId, t.visit] }), index('queue_visits_queue_idx').on(t.queueId, t.joinedAt)],
);

/**
 * The ledger: every fact once. Partitioned by month of `partitionedAt`, which is derived from the call's id (or is occurredAt
 * for facts about no call), so that a fact delivered or rebuilt twice meets its own row. The partitioning itself is in the
 * hand-written part of the first migration.
 */
export const events = pgTable(
  'events',
  {
    partitionedAt: instant('partitioned_at').notNull(),
    pbxId: text('pbx_id').notNull(),
    callId: text('call_id').notNull(),
    legId: text('leg_id').notNull(),
    kind: text('kind').notNull(),
    ordinal: bigint('ordinal', { mode: 'number' }).notNull(),
    occurredAt: instant('occurred_at').notNull(),
    v: smallint('v').notNull(),
    /** Of the delivery that brought it. Facts of one call replay in the order (committedAt, seq): instants tie. */
    seq: bigint('seq', { mode: 'number' }).notNull(),
    payload: jsonb('payload').notNull(),
    committedAt: instant('committed_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.partitionedAt, t.pbxId, t.callId, t.legId, t.kind, t.ordinal] }),
    index('events_call_idx').on(t.callId),
    index('events_occurred_idx').on(t.occurredAt),
  ],
);

/** Deliveries that could not be understood: kept whole, shown in /metrics, never in the way of the others. */
export const rejectedDeliveries = pgTable('rejected_deliveries', {
  id: uuid('id').primaryKey(),
  pbxId: text('pbx_id').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  payload: jsonb('payload').notNull(),
  reason: text('reason').notNull(),
  receivedAt: instant('received_at').notNull().defaultNow(),
});

/** Up to where each bridge's stream is committed; written in the same transaction as the facts. */
export const pbxStreams = pgTable(
  'pbx_streams',
  {
    pbxId: text('pbx_id').notNull(),
    epoch: uuid('epoch').notNull(),
    committedSeq: bigint('committed_seq', { mode: 'number' }).notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.pbxId, t.epoch] })],
);

/** Who did what to which thing. Append-only. */
export const audit = pgTable(
  'audit',
  {
    id: uuid('id').primaryKey(),
    at: instant('at').notNull().defaultNow(),
    actorId: uuid('actor_id').references(() => agents.id),
    action: text('action').notNull(),
    resource: text('resource').notNull(),
    resourceId: text('resource_id'),
    details: jsonb('details'),
    ip: text('ip'),
  },
  (t) => [index('audit_at_idx').on(t.at), index('audit_resource_idx').on(t.resource, t.resourceId)],
);
