/** Forward-only migrations. Several processes may start at once: an advisory lock lets one migrate and the others find it done. */
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { fileURLToPath } from 'node:url';
import { connect, disconnect, type Queryable } from './database.ts';
import { makeEventPartitions } from './event-partitions.ts';

const config = {
  migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
  migrationsSchema: 'public',
  migrationsTable: 'schema_migrations',
};

/** The database against this code's migrations. `newer`: a later version of Headset was here; this one must not touch it. */
export type SchemaState = 'empty' | 'older' | 'current' | 'newer';

export class SchemaIsNewerError extends Error {
  override name = 'SchemaIsNewerError';
  constructor() {
    super(
      'The database was migrated by a newer version of Headset than this one. Start that version, or restore a backup.',
    );
  }
}

export async function schemaState(db: Queryable): Promise<SchemaState> {
  const known = readMigrationFiles(config).map((migration) => migration.folderMillis);
  const [table] = await db.execute<{ exists: boolean }>(
    sql`select to_regclass('public.schema_migrations') is not null as exists`,
  );
  if (!table?.exists) return 'empty';
  const [row] = await db.execute<{ last: string | null }>(
    sql`select max(created_at)::text as last from schema_migrations`,
  );
  if (!row?.last) return 'empty';
  const newestKnown = Math.max(...known);
  const last = Number(row.last);
  if (last > newestKnown) return 'newer';
  return last === newestKnown ? 'current' : 'older';
}

/**
 * Brings the database to this code's schema, and makes the ledger's partitions for the month of `now` and the next two. Returns the
 * state found. Throws SchemaIsNewerError, leaving everything as it is.
 */
export async function migrate(databaseUrl: string, now: Date = new Date()): Promise<SchemaState> {
  // One connection: the lock belongs to a session. No limits: a migration may take its time, and wait for another.
  const db = connect(databaseUrl, { max: 1, applicationName: 'headset-migrate', statementTimeoutMs: 0 });
  try {
    await db.execute(sql`set lock_timeout = 0`);
    await db.execute(sql`select pg_advisory_lock(hashtext('headset:migrate'))`);
    const found = await schemaState(db);
    if (found === 'newer') throw new SchemaIsNewerError();
    if (found !== 'current') await applyMigrations(db, config);
    await makeEventPartitions(db, now);
    return found;
  } finally {
    await disconnect(db);
  }
}
