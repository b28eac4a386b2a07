/** The one organisation of this installation, its teams and pause reasons. Small and rarely changed: callers may keep them in memory. */
import { asc, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../database.ts';
import { organisations, pauseReasons, teams } from '../schema.ts';

export type Organisation = typeof organisations.$inferSelect;
export type Team = { id: string; name: string };
export type PauseReason = { code: string; nameRu: string; nameEn: string; paid: boolean };

/** Null in a database that was migrated but has no organisation yet. */
export async function findOrganisation(db: Queryable): Promise<Organisation | null> {
  const [row] = await db.select().from(organisations).orderBy(asc(organisations.id)).limit(1);
  return row ?? null;
}

export async function listTeams(db: Queryable): Promise<Team[]> {
  return db
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .orderBy(sql`${teams.name} collate "ru-x-icu"`);
}

/** Those that agents may choose, in the order of the menu. */
export async function listPauseReasons(db: Queryable): Promise<PauseReason[]> {
  return db
    .select({
      code: pauseReasons.code,
      nameRu: pauseReasons.nameRu,
      nameEn: pauseReasons.nameEn,
      paid: pauseReasons.paid,
    })
    .from(pauseReasons)
    .where(eq(pauseReasons.active, true))
    .orderBy(asc(pauseReasons.sort), asc(pauseReasons.code));
}
