/** A part that is a process of ours: bridge or server. It beats over IPC each second and ends by itself when the channel closes. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryRoot } from '../instance.ts';
import type { Part, RunningPart } from './part.ts';
import type { PartLog } from './part-log.ts';
import type { Life } from './supervision.ts';
import { Trouble } from '../trouble.ts';

export type ChildPart = {
  name: string;
  /** Path from the repository's root. */
  script: string;
  /** Added to the supervisor's own environment. */
  env: Record<string, string>;
  log: PartLog;
  /** Does the part serve? Asked again and again while it starts. */
  serves: () => Promise<boolean>;
  /** Told each new process, so that the rest of a killed start can be found. */
  onProcess: (pid: number) => void;
};

/** A part beats each second. */
const SILENT_MS = 5_000;
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 5_000;

export function childPart(options: ChildPart): Part {
  return { name: options.name, start: (signal) => startChild(options, signal) };
}

async function startChild(
  { name, script, env, log, serves, onProcess }: ChildPart,
  signal: AbortSignal,
): Promise<RunningPart> {
  const child = fork(path.join(repositoryRoot, script), [], {
    cwd: repositoryRoot,
    execArgv: ['--import', 'tsx', '--enable-source-maps'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A process group of its own: Ctrl-C must reach the supervisor alone, which then stops the parts in order.
    detached: true,
  });
  const life: Life = { silentMs: SILENT_MS, startedAt: performance.now(), lastBeatAt: null };
  if (child.pid !== undefined) onProcess(child.pid);
  child.on('message', () => {
    life.lastBeatAt = performance.now();
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => log.write(chunk));
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code ?? 'unknown'}`));
  });
  const running: RunningPart = {
    ended,
    life,
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([ended, delay(STOP_DEADLINE_MS, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await ended;
    },
    kill: () => child.kill('SIGKILL'),
    tail: () => log.tail(),
  };
  const giveUp = () => child.kill('SIGTERM');
  signal.addEventListener('abort', giveUp);
  try {
    await untilServing(name, running, serves);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return running;
}

async function untilServing(name: string, running: RunningPart, serves: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  const early: { how: string | null } = { how: null };
  void running.ended.then((how) => (early.how = how));
  while (!(await serves())) {
    if (early.how !== null)
      throw new Trouble(`${name} ended at start (${early.how}). Its last words:\n${indent(running.tail())}`);
    if (performance.now() > deadline) {
      running.kill();
      throw new Trouble(
        `${name} did not begin to serve within ${START_DEADLINE_MS / 1000} s. Its last words:\n${indent(running.tail())}`,
      );
    }
    await delay(50);
  }
}

export function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n');
}

/** Does the address answer 2xx within a second? */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
