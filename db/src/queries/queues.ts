/** Queues and who takes their calls. A membership here is intent; what the PBX does with it comes back as facts. */
import { and, asc, eq, gt, isNotNull, or } from 'drizzle-orm';
import type { Queryable } from '../database.ts';
import { decodeCursor, pageFrom, uuidPattern, type Page } from '../cursor.ts';
import { agents, memberships, queues } from '../schema.ts';

export type Queue = typeof queues.$inferSelect;

/** Active queues of one PBX, by code: for provisioning, and for naming queues in calls. */
export async function listQueuesOf(db: Queryable, pbxId: string): Promise<Queue[]> {
  return db
    .select()
    .from(queues)
    .where(and(eq(queues.pbxId, pbxId), eq(queues.active, true)))
    .orderBy(asc(queues.code));
}

/** Every active queue, page by page, by code. */
export async function listQueues(
  db: Queryable,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Queue>> {
  const [afterCode = '', afterId = ''] = cursor ? decodeCursor(cursor, [/^/, uuidPattern]) : [];
  const after = or(gt(queues.code, afterCode), and(eq(queues.code, afterCode), gt(queues.id, afterId)));
  const rows = await db
    .select()
    .from(queues)
    .where(and(eq(queues.active, true), cursor ? after : undefined))
    .orderBy(asc(queues.code), asc(queues.id))
    .limit(limit + 1);
  return pageFrom(rows, limit, (last) => [last.code, last.id]);
}

export async function findQueueByCode(db: Queryable, pbxId: string, code: string): Promise<Queue | null> {
  const [row] = await db
    .select()
    .from(queues)
    .where(and(eq(queues.pbxId, pbxId), eq(queues.code, code)));
  return row ?? null;
}

export type Membership = { queueId: string; queueCode: string; agentId: string; extension: string; penalty: number };

/** Who is to take the calls of which queue at one PBX: active agents that have a phone, in active queues. */
export async function listMemberships(db: Queryable, pbxId: string): Promise<Membership[]> {
  const rows = await db
    .select({
      queueId: queues.id,
      queueCode: queues.code,
      agentId: agents.id,
      extension: agents.extension,
      penalty: memberships.penalty,
    })
    .from(memberships)
    .innerJoin(queues, eq(queues.id, memberships.queueId))
    .innerJoin(agents, eq(agents.id, memberships.agentId))
    .where(
      and(
        eq(queues.pbxId, pbxId),
        eq(agents.pbxId, pbxId),
        eq(queues.active, true),
        eq(agents.active, true),
        isNotNull(agents.extension),
      ),
    )
    .orderBy(asc(queues.code), asc(agents.extension));
  return rows.flatMap(({ extension, ...rest }) => (extension === null ? [] : [{ ...rest, extension }]));
}

/** From now on these agents take the queue's calls; those who do already are left as they are. */
export async function addMembers(
  db: Queryable,
  queueId: string,
  agentIds: readonly string[],
  penalty = 0,
): Promise<void> {
  if (agentIds.length === 0) return;
  const rows = agentIds.map((agentId) => ({ queueId, agentId, penalty }));
  await db.insert(memberships).values(rows).onConflictDoNothing();
}
