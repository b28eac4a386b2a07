/** Those who log in: credentials, directory, phones. Password hashes and SIP secrets leave only through the functions named for them. */
import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Queryable } from '../database.ts';
import { decodeCursor, pageFrom, uuidPattern, type Page } from '../cursor.ts';
import { agents } from '../schema.ts';
import { visibleTo, type Scope } from '../scope.ts';
import { uuidv7 } from '../uuid.ts';

export type Agent = {
  id: string;
  login: string;
  displayName: string;
  role: 'operator' | 'supervisor' | 'admin';
  teamId: string;
  pbxId: string | null;
  extension: string | null;
  locale: 'ru' | 'en' | null;
  active: boolean;
};

const agentColumns = {
  id: agents.id,
  login: agents.login,
  displayName: agents.displayName,
  role: agents.role,
  teamId: agents.teamId,
  pbxId: agents.pbxId,
  extension: agents.extension,
  locale: agents.locale,
  active: agents.active,
};

/** By login in any case. Inactive agents are not found. */
export async function findCredentials(
  db: Queryable,
  login: string,
): Promise<{ agent: Agent; passwordHash: string } | null> {
  const [row] = await db
    .select({ agent: agentColumns, passwordHash: agents.passwordHash })
    .from(agents)
    .where(and(sql`lower(${agents.login}) = lower(${login})`, eq(agents.active, true)));
  return row ?? null;
}

export async function findAgent(db: Queryable, id: string): Promise<Agent | null> {
  const [row] = await db.select(agentColumns).from(agents).where(eq(agents.id, id));
  return row ?? null;
}

export async function findAgentByExtension(db: Queryable, pbxId: string, extension: string): Promise<Agent | null> {
  const [row] = await db
    .select(agentColumns)
    .from(agents)
    .where(and(eq(agents.pbxId, pbxId), eq(agents.extension, extension)));
  return row ?? null;
}

/** Every agent, inactive ones too: what the server keeps in memory to name agents in calls. Bounded by the size of the staff. */
export async function listAllAgents(db: Queryable): Promise<Agent[]> {
  return db.select(agentColumns).from(agents).orderBy(asc(agents.id));
}

/** Active agents that `scope` may see, by name as the Russian alphabet sorts. */
export async function listAgents(
  db: Queryable,
  { scope, limit, cursor }: { scope: Scope; limit: number; cursor?: string | undefined },
): Promise<Page<Agent>> {
  const name = sql`${agents.displayName} collate "ru-x-icu"`;
  const [afterName, afterId] = cursor ? decodeCursor(cursor, [/^/, uuidPattern]) : [];
  const rows = await db
    .select(agentColumns)
    .from(agents)
    .where(
      and(
        eq(agents.active, true),
        visibleTo(scope, { agentId: agents.id, teamId: agents.teamId }),
        afterId ? sql`(${name}, ${agents.id}) > (${afterName}, ${afterId}::uuid)` : undefined,
      ),
    )
    .orderBy(name, asc(agents.id))
    .limit(limit + 1);
  return pageFrom(rows, limit, (last) => [last.displayName, last.id]);
}

export type AgentPhone = { agentId: string; extension: string; sipSecret: string; displayName: string };

/** The phones to be set up at a PBX: active agents that have an extension and a secret. For provisioning alone. */
export async function listPhones(db: Queryable, pbxId: string): Promise<AgentPhone[]> {
  const rows = await db
    .select({
      agentId: agents.id,
      extension: agents.extension,
      sipSecret: agents.sipSecret,
      displayName: agents.displayName,
    })
    .from(agents)
    .where(
      and(eq(agents.pbxId, pbxId), eq(agents.active, true), isNotNull(agents.extension), isNotNull(agents.sipSecret)),
    )
    .orderBy(asc(agents.extension));
  return rows.flatMap(({ extension, sipSecret, ...rest }) =>
    extension !== null && sipSecret !== null ? [{ ...rest, extension, sipSecret }] : [],
  );
}

/** The agent's own phone account, to be given to that agent's session alone. Null for those without a phone. */
export async function findPhoneOf(db: Queryable, agentId: string): Promise<AgentPhone | null> {
  const [row] = await db
    .select({
      agentId: agents.id,
      extension: agents.extension,
      sipSecret: agents.sipSecret,
      displayName: agents.displayName,
    })
    .from(agents)
    .where(and(eq(agents.id, agentId), eq(agents.active, true)));
  if (!row || row.extension === null || row.sipSecret === null) return null;
  return { ...row, extension: row.extension, sipSecret: row.sipSecret };
}

export type NewAgentRow = Omit<typeof agents.$inferInsert, 'id' | 'createdAt'>;

/** Makes agents, all or none; returns their ids in the order given. A login or an extension that is taken is refused by Postgres (23505). */
export async function createAgents(db: Queryable, rows: readonly NewAgentRow[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const made = rows.map((row) => ({ ...row, id: uuidv7() }));
  await db.insert(agents).values(made);
  return made.map(({ id }) => id);
}
