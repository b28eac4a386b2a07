/** Cookie sessions. The token itself is never here: callers pass its SHA-256. */
import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Queryable } from '../database.ts';
import { agents, organisations, sessions } from '../schema.ts';

/** The agent behind a session. `locale` is the agent's own, or else the organisation's. */
export type SessionAgent = {
  agentId: string;
  login: string;
  displayName: string;
  role: 'operator' | 'supervisor' | 'admin';
  teamId: string;
  pbxId: string | null;
  extension: string | null;
  locale: 'ru' | 'en';
  lastSeenAt: Date;
  expiresAt: Date;
};

export async function createSession(
  db: Queryable,
  session: { tokenHash: string; agentId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db.insert(sessions).values({ ...session, lastSeenAt: session.createdAt });
}

/** Null when unknown, expired, or when the agent is no longer active. */
export async function findSession(db: Queryable, tokenHash: string, now: Date): Promise<SessionAgent | null> {
  const [row] = await db
    .select({
      agentId: agents.id,
      login: agents.login,
      displayName: agents.displayName,
      role: agents.role,
      teamId: agents.teamId,
      pbxId: agents.pbxId,
      extension: agents.extension,
      locale: sql<
        'ru' | 'en'
      >`coalesce(${agents.locale}, (select ${organisations.locale} from ${organisations} limit 1), 'ru')`,
      lastSeenAt: sessions.lastSeenAt,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .innerJoin(agents, eq(agents.id, sessions.agentId))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now), eq(agents.active, true)));
  return row ?? null;
}

/** Returns the agent whose session ended, or null when there was none. */
export async function deleteSession(db: Queryable, tokenHash: string): Promise<{ agentId: string } | null> {
  const [row] = await db
    .delete(sessions)
    .where(eq(sessions.tokenHash, tokenHash))
    .returning({ agentId: sessions.agentId });
  return row ?? null;
}

/** Returns the token hashes of the sessions that had expired by `now`. */
export async function deleteExpiredSessions(db: Queryable, now: Date): Promise<string[]> {
  const rows = await db
    .delete(sessions)
    .where(lte(sessions.expiresAt, now))
    .returning({ tokenHash: sessions.tokenHash });
  return rows.map((row) => row.tokenHash);
}

/** Who is logged in. */
export async function listAgentsWithSession(db: Queryable, now: Date): Promise<string[]> {
  const rows = await db.selectDistinct({ agentId: sessions.agentId }).from(sessions).where(gt(sessions.expiresAt, now));
  return rows.map((row) => row.agentId);
}
