import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { instance } from '../../scripts/instance.ts';
import { identityOf, isAlive, takeLock } from '../../scripts/lock-file.mjs';
import { openRunRecord } from '../../scripts/product/run-record.ts';
import { until } from '../until.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(path.join(tmpdir(), 'headset-run-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const sleeper = () => spawn('sleep', ['60'], { stdio: 'ignore' });

it('refuses a second start of the same instance, and says where the first one runs', () => {
  const first = openRunRecord({ ...instance('main'), stateDir });
  expect(() => openRunRecord({ ...instance('main'), stateDir })).toThrow(`runs already, in process ${process.pid}`);
  first.close();
  openRunRecord({ ...instance('main'), stateDir }).close();
});

it('ends the processes that a killed start left, a stopped one too', async () => {
  const left = sleeper();
  const pid = left.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  writeFileSync(path.join(stateDir, 'children.json'), JSON.stringify([{ part: 'server', ...identityOf(pid) }]));
  openRunRecord({ ...instance('main'), stateDir }).close();
  await until('its end', () => left.signalCode === 'SIGKILL');
});

it('spares a process that has the pid of one that was left', async () => {
  const stranger = sleeper();
  const pid = stranger.pid ?? 0;
  writeFileSync(path.join(stateDir, 'children.json'), JSON.stringify([{ part: 'server', pid, startedTicks: '1' }]));
  openRunRecord({ ...instance('main'), stateDir }).close();
  expect(isAlive(identityOf(pid))).toBe(true);
  stranger.kill();
  await once(stranger, 'exit');
});

it('takes over the lock of a process that died', async () => {
  const file = path.join(stateDir, 'some.lock');
  const dead = sleeper();
  const identity = identityOf(dead.pid ?? 0);
  writeFileSync(file, JSON.stringify(identity));
  expect(takeLock(file)).toEqual({ heldBy: identity });
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  expect(takeLock(file)).toHaveProperty('release');
});
