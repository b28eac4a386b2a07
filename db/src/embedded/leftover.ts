/** What a killed start left behind: a server that still runs on our data folder, or only its pid file. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.ts';

/** What the server writes into `postmaster.pid`, a line each: pid, data folder, start, port, socket folder, address, shared memory, status. */
export type PidFile = { pid: number; ready: boolean };

export async function readPidFile(dataDir: string): Promise<PidFile | null> {
  const text = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
}

/**
 * Stops the server that runs on `dataDir`, if one does, so that one of ours may follow. Stopping costs a moment more than adopting, but
 * then there is a single way to run: a child of ours, with today's programs and settings. A pid file whose process is not a
 * Postgres on this folder (the pid was given to another program since) is removed: Postgres would refuse to start.
 */
export async function clearLeftover(dataDir: string): Promise<void> {
  const left = await readPidFile(dataDir);
  if (!left) return;
  if (await isPostgresOn(left.pid, dataDir)) await stopServer(left.pid, () => isPostgresOn(left.pid, dataDir));
  else await rm(path.join(dataDir, 'postmaster.pid'), { force: true });
}

/** Fast shutdown; then immediate, which recovers at the next start; then the last. Before them all: a process that was stopped hears nothing. */
const ESCALATION: readonly [NodeJS.Signals, number][] = [
  ['SIGCONT', 0],
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

export async function stopServer(pid: number, isAlive: () => boolean | Promise<boolean>): Promise<void> {
  for (const [signal, patienceMs] of ESCALATION) {
    try {
      process.kill(pid, signal);
    } catch {
      return; // gone
    }
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (!(await isAlive())) return;
      await delay(20);
    }
  }
}

/** Is that process a Postgres that was told this very data folder? A dead one not yet reaped has no command line. */
async function isPostgresOn(pid: number, dataDir: string): Promise<boolean> {
  const command =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      : (await run('ps', ['-o', 'command=', '-p', String(pid)])).output;
  return command.includes('postgres') && command.includes(` ${dataDir} `);
}
