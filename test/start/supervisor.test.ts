import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { childPart } from '../../scripts/supervisor/child-part.ts';
import { identityOf, isAlive } from '../../scripts/lock-file.mjs';
import { PartLog } from '../../scripts/supervisor/part-log.ts';
import { Supervisor } from '../../scripts/supervisor/supervisor.ts';
import { until } from '../until.ts';

let folder: string;
let supervisor: Supervisor;
const onIncident = vi.fn<(message: string) => void>();
const onGivingUp = vi.fn<(message: string, lastWords: string[]) => void>();

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'headset-supervisor-'));
  vi.resetAllMocks();
  supervisor = new Supervisor({ onIncident, onGivingUp });
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true });
});

/** Starts `parts/<script>.ts` under the supervisor; the list grows by one process with each life of the part. */
async function supervise(script: string, name = script): Promise<ReturnType<typeof identityOf>[]> {
  const lives: ReturnType<typeof identityOf>[] = [];
  const part = childPart({
    name,
    script: `test/start/parts/${script}.ts`,
    env: {},
    log: new PartLog(path.join(folder, `${name}.log`)),
    serves: () => Promise.resolve(true),
    onProcess: (pid) => lives.push(identityOf(pid)),
  });
  await supervisor.start(part);
  return lives;
}

describe('the supervisor', () => {
  it('restarts a part that was killed', async () => {
    const lives = await supervise('beating');
    process.kill(lives[0]?.pid ?? 0, 'SIGKILL');
    await until('a second life', () => lives.length === 2 && lives[1] && isAlive(lives[1]));
    expect(onIncident).toHaveBeenCalledWith('beating ended (killed by SIGKILL): restarting');
  });

  it('kills and restarts a part that hangs', async () => {
    const lives = await supervise('beating');
    await until('the first beat', () => supervisor.hasBeaten('beating'));
    process.kill(lives[0]?.pid ?? 0, 'SIGSTOP');
    await until('a second life', () => lives.length === 2 && lives[1] && isAlive(lives[1]), 15_000);
    expect(lives[0] && isAlive(lives[0])).toBe(false);
    expect(onIncident).toHaveBeenCalledWith('beating does not answer any more: killing it');
  });

  it('gives up on a crash loop, with the last words of the part', async () => {
    await supervise('crashing');
    await until('giving up', () => onGivingUp.mock.calls.length === 1, 20_000);
    expect(onGivingUp).toHaveBeenCalledWith(
      'crashing ended 5 times within 60 s (exit code 3)',
      expect.arrayContaining(['cannot go on: the bottle is empty']),
    );
  });

  it('leaves no process when it stops, not even one that was stopped', async () => {
    const one = await supervise('beating', 'one');
    const two = await supervise('beating', 'two');
    await until('the first beat', () => supervisor.hasBeaten('two'));
    process.kill(two[0]?.pid ?? 0, 'SIGSTOP');
    await supervisor.stop();
    expect([...one, ...two].filter(isAlive)).toEqual([]);
  });

  it('does not restart what it stopped itself', async () => {
    const lives = await supervise('beating');
    await supervisor.stop();
    expect(lives).toHaveLength(1);
    expect(onIncident).not.toHaveBeenCalled();
  });

  it('restarts a part on wish without counting it as a crash', async () => {
    const lives = await supervise('beating');
    for (let i = 0; i < 5; i += 1) await supervisor.restart('beating');
    expect(lives).toHaveLength(6);
    expect(onGivingUp).not.toHaveBeenCalled();
    expect(lives.filter(isAlive)).toHaveLength(1);
  });
});
