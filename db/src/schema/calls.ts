/** What the facts are folded into: calls with their legs and queue visits, and the timeline. */
import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { clients } from './clients.ts';
import { queues } from './queues.ts';
import { teams, agents } from './staff.ts';

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
