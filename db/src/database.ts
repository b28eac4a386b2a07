/** The way to Postgres (15 or newer): one pool of a process, with limits that keep a slow statement from holding the desk. */
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import postgres, { type Sql } from 'postgres';
import * as schema from './schema.ts';

export type Database = PostgresJsDatabase<typeof schema> & { $client: Sql };

/** What every query function takes: the pool, or a transaction on it. */
export type Queryable = PgDatabase<PostgresJsQueryResultHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>;

export type ConnectOptions = {
  /** Connections at most; opened when needed. */
  max?: number;
  /** Seen in pg_stat_activity. */
  applicationName?: string;
  /** A statement that takes longer is cancelled by Postgres (SQLSTATE 57014). */
  statementTimeoutMs?: number;
};

/**
 * A pool on `databaseUrl` (postgres://user:password@host:port/database). Connects when first used, and again after Postgres was away:
 * queries fail meanwhile, the pool does not. Close it with `disconnect`.
 */
export function connect(databaseUrl: string, options: ConnectOptions = {}): Database {
  const client = postgres(databaseUrl, {
    max: options.max ?? 10,
    connect_timeout: 5,
    idle_timeout: 60,
    // A machine that vanished is noticed within seconds of silence. One that is merely stopped is not: deadlines are the caller's.
    keep_alive: 5,
    // Retried every quarter of a second at most, instead of the default's 20 s: after an outage the first pop must not wait.
    backoff: (attempt: number) => Math.min(0.25, 0.05 * attempt),
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'headset',
      statement_timeout: options.statementTimeoutMs ?? 5_000,
      lock_timeout: 3_000,
      idle_in_transaction_session_timeout: 10_000,
    },
  });
  return drizzle(client, { schema });
}

/** Lets running queries end (5 s at most), then closes every connection. */
export async function disconnect(db: Database): Promise<void> {
  await db.$client.end({ timeout: 5 });
}
