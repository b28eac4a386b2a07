/**
 * Postgres for tests: one embedded server for a whole vitest run (this file is its globalSetup), a migrated template in it, and a clone
 * of that for each suite, made in tens of milliseconds.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, inject, onTestFinished, TestRunner } from 'vitest';
import type { TestProject } from 'vitest/node';
import { connect, disconnect, migrate, type Database } from '../db/src/index.ts';
import { clearLeftover } from '../db/src/embedded/leftover.ts';
import { PostgresStartError, startPostgres, type EmbeddedPostgres } from '../db/src/embedded-postgres.ts';
import { instance } from '../scripts/instance.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

const TEMPLATE = 'headset_template';
const FOLDER = /^headset-test-postgres-(\d+)-/;

/** globalSetup: starts the server, and hands back what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const folder = await mkdtemp(path.join(os.tmpdir(), `headset-test-postgres-${process.pid}-`));
  await chmod(folder, 0o755); // as root, Postgres runs as another account
  const server = await startOnFreePort(path.join(folder, 'data'));
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${TEMPLATE}`);
  await admin.end();
  await migrate(urlOf(server.url, TEMPLATE));
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

export type TestDatabase = { url: string; db: Database };

/**
 * A migrated database without rows; `migrated: false` gives one without any table. Called in a `beforeAll` it is dropped after the suite,
 * called in a test after the test.
 */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} ${migrated ? `template ${TEMPLATE}` : ''}`);
  const url = urlOf(server, name);
  const db = connect(url, { max: 4, applicationName: 'headset-test' });
  const atEnd = TestRunner.getCurrentTest() ? onTestFinished : afterAll;
  atEnd(async () => {
    await disconnect(db);
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  return { url, db };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Another program may take the port between our asking and our listening. */
async function startOnFreePort(dataDir: string): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostgres({
        dataDir,
        port: await freePort(),
        password: 'only-for-tests',
        binDir: testBinDir(),
        fast: true,
      });
    } catch (error) {
      if (!(error instanceof PostgresStartError && error.failure === 'port_busy') || attempt === 5) throw error;
    }
  }
}

/** Beside the product's own data, so that the programs are copied once for all runs. */
export function testBinDir(): string {
  return path.dirname(instance('test').postgresDir);
}

/** Servers and folders of runs that were killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    const pid = Number(FOLDER.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const folder = path.join(os.tmpdir(), name);
    await clearLeftover(path.join(folder, 'data'));
    await rm(folder, { recursive: true, force: true }).catch(() => {}); // another account's
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
