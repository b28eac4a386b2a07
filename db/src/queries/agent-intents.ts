/** What agents want: ready, or paused for a reason. Agents without a row want to be ready since they were made. */
import { eq } from 'drizzle-orm';
import type { Queryable } from '../database.ts';
import { agentIntents } from '../schema.ts';

export type AgentIntent =
  | { agentId: string; wants: 'ready'; since: Date }
  | { agentId: string; wants: 'paused'; pauseReason: string; since: Date };

const fromRow = (row: typeof agentIntents.$inferSelect): AgentIntent =>
  row.wants === 'paused' && row.pauseReason !== null
    ? { agentId: row.agentId, wants: 'paused', pauseReason: row.pauseReason, since: row.since }
    : { agentId: row.agentId, wants: 'ready', since: row.since };

export async function listIntents(db: Queryable): Promise<AgentIntent[]> {
  return (await db.select().from(agentIntents)).map(fromRow);
}

export async function findIntent(db: Queryable, agentId: string): Promise<AgentIntent | null> {
  const [row] = await db.select().from(agentIntents).where(eq(agentIntents.agentId, agentId));
  return row ? fromRow(row) : null;
}

/** Stores an intent in place of the agent's former one. The reason must be one of pause_reasons. */
export async function saveIntent(db: Queryable, intent: AgentIntent): Promise<void> {
  const row = { ...intent, pauseReason: intent.wants === 'paused' ? intent.pauseReason : null };
  await db
    .insert(agentIntents)
    .values(row)
    .onConflictDoUpdate({
      target: agentIntents.agentId,
      set: { wants: row.wants, pauseReason: row.pauseReason, since: row.since },
    });
}
