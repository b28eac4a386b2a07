/** `npm start` as its user sees it: an instance of its own beside that of the other tests. One story, told in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearLeftover } from '../../db/src/embedded/leftover.ts';
import { command } from '../../scripts/command.ts';
import { instance, repositoryRoot } from '../../scripts/instance.ts';
import { isAlive } from '../../scripts/lock-file.mjs';
import { isFree } from '../../scripts/port-owner.ts';
import { liveProcesses } from '../../scripts/product/run-record.ts';
import { until } from '../until.ts';

const NAME = 'start-test';
const OFFSET = '2000';
const environment = { ...process.env, HEADSET_INSTANCE: NAME, HEADSET_PORT_OFFSET: OFFSET };
const ours = offsetInstance();
const address = `http://127.0.0.1:${ours.ports.server}`;

function offsetInstance() {
  process.env.HEADSET_PORT_OFFSET = OFFSET;
  const made = instance(NAME);
  delete process.env.HEADSET_PORT_OFFSET;
  return made;
}

type Start = { process: ChildProcess; printed: () => string; ended: Promise<number | null> };

function npmStart(): Start {
  const child = spawn(process.execPath, [path.join(repositoryRoot, 'scripts/bootstrap.mjs'), 'start'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return {
    process: child,
    printed: () => printed,
    ended: once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null)),
  };
}

const isReady = async () => (await fetch(`${address}/ready`).catch(() => null))?.ok ?? false;
const processOf = (part: string) => liveProcesses(ours).find((child) => child.part === part);
const containers = async () =>
  (await command('docker', ['ps', '--quiet', '--filter', `label=headset.instance=${NAME}`])).stdout
    .trim()
    .split('\n')
    .filter(Boolean);

async function clear(): Promise<void> {
  await clearLeftover(ours.postgresDir);
  for (const name of Object.values(ours.containers)) await command('docker', ['rm', '--force', name]);
  for (const folder of [ours.stateDir, ours.postgresDir]) rmSync(folder, { recursive: true, force: true });
}

let start: Start;
beforeAll(clear);
afterAll(async () => {
  start.process.kill('SIGTERM');
  await start.ended;
  await clear();
});

describe('npm start', () => {
  it('names a busy port and who has it, and starts nothing', async () => {
    const other = createServer().listen(ours.ports.server, '127.0.0.1');
    await once(other, 'listening');
    start = npmStart();
    expect(await start.ended).toBe(1);
    other.close();
    expect(start.printed()).toContain(`${ours.ports.server}/tcp (screen and REST, set by PORT) is taken by`);
    expect(start.printed()).toContain(`(process ${process.pid})`);
    expect(await containers()).toEqual([]);
  });

  it('shows its steps, the address and the demo logins', async () => {
    start = npmStart();
    await until('ready', () => start.printed().includes('Ctrl-C stops it'), 120_000);
    expect(await isReady()).toBe(true);
    for (const words of ['✓ Postgres', '✓ PBX', '✓ Bridge', '✓ Server', address, 'olga'])
      expect(start.printed()).toContain(words);
  });

  it('refuses a second start in the same clone, and says where the first one runs', async () => {
    const second = npmStart();
    expect(await second.ended).toBe(1);
    expect(second.printed()).toContain(`runs already, in process ${start.process.pid}`);
    expect(await isReady()).toBe(true);
  });

  it('restarts a bridge that was killed', async () => {
    const before = processOf('bridge');
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await until('another bridge', () => processOf('bridge') && processOf('bridge')?.pid !== before?.pid);
    await until('ready again', isReady, 20_000);
  });

  it('kills and restarts a server that hangs', async () => {
    const before = processOf('server');
    process.kill(before?.pid ?? 0, 'SIGSTOP');
    await until('another server', () => processOf('server') && processOf('server')?.pid !== before?.pid, 20_000);
    await until('ready again', isReady, 20_000);
  });

  it('starts the PBX again when its container died', async () => {
    await command('docker', ['kill', ours.containers.pbx]);
    await until('not ready', async () => !(await isReady()));
    await until('ready again', isReady, 30_000);
  });

  it('leaves no process of ours behind when it is killed', async () => {
    const children = liveProcesses(ours);
    expect(children.map(({ part }) => part).sort()).toEqual(['bridge', 'server']);
    start.process.kill('SIGKILL');
    await start.ended;
    await until('bridge and server to end by themselves', () => !children.some(isAlive));
  });

  it('recovers from the rest of a killed start, in seconds', async () => {
    const startedAt = performance.now();
    start = npmStart();
    await until('ready', () => start.printed().includes('Ctrl-C stops it'), 60_000);
    expect(start.printed()).toContain('✓ PBX: ran already, taken over');
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('stops everything that it started on Ctrl-C', async () => {
    start.process.kill('SIGINT');
    expect(await start.ended).toBe(0);
    expect(liveProcesses(ours)).toEqual([]);
    expect(await containers()).toEqual([]);
    const { server, bridge, postgres, ami, pbxWebSocket, carrierAri } = ours.ports;
    for (const port of [server, bridge, postgres, ami, pbxWebSocket, carrierAri])
      expect(await isFree(port, 'tcp'), String(port)).toBe(true);
  });
});
