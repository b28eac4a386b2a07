/** Queues and who takes their calls. */
import { boolean, index, integer, pgTable, primaryKey, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { agents } from './staff.ts';

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
