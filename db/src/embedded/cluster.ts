/**
 * The data folder: made whole under another name and then renamed, so that a start killed half-way leaves nothing to repair.
 *
 * Two roles: `postgres`, the superuser whose password nobody knows, and `headset`, which owns the database of that name and may make
 * others (tests do). Roles are set in single-user mode, where no password is asked: so the secret may also change between starts.
 */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { run } from './run.ts';
import { explainStart } from './start-error.ts';

export type Cluster = { dataDir: string; binaries: Binaries; account: Account; password: string };

/** Sorting and case follow Russian rules through ICU; the C locale stands below it, so that no locale of the machine matters. */
const INITDB = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C.UTF-8',
  '--locale-provider=icu',
  '--icu-locale=ru-RU',
  '--data-checksums',
];

/** Messages in English, whatever the machine speaks: start-error.ts reads them. */
export const postgresEnvironment = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };

export async function clusterExists(dataDir: string): Promise<boolean> {
  return (await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8').catch(() => '')) !== '';
}

export async function createCluster({ dataDir, ...rest }: Cluster): Promise<void> {
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.superuser`;
  await rm(draft, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true }); // without PG_VERSION it holds nothing
  await mkdir(draft, { mode: 0o700 });
  await chmod(draft, 0o700);
  await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  try {
    if (rest.account.uid !== undefined)
      for (const file of [draft, passwordFile]) await chown(file, rest.account.uid, rest.account.gid);
    const args = [...INITDB, '--no-sync', `--pgdata=${draft}`, `--pwfile=${passwordFile}`];
    const made = await run(rest.binaries.initdb, args, spawnOptions(rest.account, draft));
    if (made.code !== 0) throw explainStart(made.output, `making the data folder ${dataDir}`);
    await singleUser({ dataDir: draft, ...rest }, [
      `CREATE ROLE headset LOGIN CREATEDB PASSWORD ${quoted(rest.password)}`,
      'CREATE DATABASE headset OWNER headset',
    ]);
    await rename(draft, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/** The state folder with the secrets was lost, the data were not. No server may run meanwhile. */
export async function changePassword(cluster: Cluster): Promise<void> {
  await singleUser(cluster, [`ALTER ROLE headset PASSWORD ${quoted(cluster.password)}`]);
}

/** One statement a line. It goes on after an error and ends with 0: what it says is searched. */
async function singleUser({ dataDir, binaries, account }: Cluster, statements: string[]): Promise<void> {
  const args = ['--single', '-D', dataDir, 'postgres'];
  const input = `${statements.join('\n')}\n`;
  const done = await run(binaries.postgres, args, { ...spawnOptions(account, dataDir), input });
  if (done.code !== 0 || /ERROR|FATAL|PANIC/.test(done.output)) throw explainStart(done.output, `preparing ${dataDir}`);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''").replace(/[\r\n\0]/g, '')}'`;

/** The working folder is one that the account can enter: ours may be closed to it. */
export const spawnOptions = (account: Account, cwd: string) => ({ ...account, cwd, env: postgresEnvironment });
