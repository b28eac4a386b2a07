/** The database: tables, connection, migrations. Statements are in `queries/`, one file for each noun. */
export * as schema from './schema.ts';
export { connect, disconnect, type ConnectOptions, type Database, type Queryable } from './database.ts';
export { migrate, schemaState, SchemaIsNewerError, type SchemaState } from './migrate.ts';
export { makeEventPartitions } from './event-partitions.ts';
export { uuidv7 } from './uuid.ts';
export { InvalidCursorError, type Page } from './cursor.ts';
export type { Scope } from './scope.ts';
