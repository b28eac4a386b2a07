/** Who Postgres runs as. It refuses root, so that root needs another account: the owner of the data, else one made for it, else one that is there. */
import { readFileSync, statSync } from 'node:fs';
import { run } from './run.ts';
import { PostgresStartError } from './start-error.ts';

/** Passed to spawn and chown. Empty: stay who we are. */
export type Account = { uid: number; gid: number } | Record<string, never>;

const OWN_ACCOUNT = 'headset';
const OTHER_ACCOUNTS = ['postgres', 'nobody'];

export async function chooseAccount(dataDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const owner = ownerOf(dataDir);
  if (owner) return owner;
  const known = accountNamed(OWN_ACCOUNT) ?? (await makeAccount());
  const other = OTHER_ACCOUNTS.map(accountNamed).find((account) => account !== null);
  const account = known ?? other;
  if (account) return account;
  throw new PostgresStartError(
    'not_permitted',
    `Postgres does not run as root, and no account for it could be made. Make one with: useradd --system ${OWN_ACCOUNT}`,
  );
}

function ownerOf(dataDir: string): Account | null {
  const stats = statSync(dataDir, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : null;
}

function accountNamed(name: string): Account | null {
  const fields = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([account]) => account === name);
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : null;
}

/** `useradd` is part of base Debian, `adduser` is not. */
async function makeAccount(): Promise<Account | null> {
  const shell = '/usr/sbin/nologin';
  const args = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    shell,
    OWN_ACCOUNT,
  ];
  const made = await run('useradd', args);
  return made.code === 0 ? accountNamed(OWN_ACCOUNT) : null;
}
