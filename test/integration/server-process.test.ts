import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from '../../scripts/instance.ts';
import { freePort } from '../postgres.ts';
import { BRIDGE_TOKEN, createDemoDatabase, get, startServer, type ServerUnderTest } from '../server-under-test.ts';
import { until } from '../until.ts';

const main = path.join(repositoryRoot, 'server/src/main.ts');
const start = (environment: Record<string, string>) => {
  const child = fork(main, [], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...environment },
    silent: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const beats: unknown[] = [];
  child.on('message', (message) => beats.push(message));
  return { child, said, ended, beats };
};

test('the process serves, beats, and ends cleanly when it is told to', async () => {
  const port = await freePort();
  const { child, beats, ended } = start({
    DATABASE_URL: await createDemoDatabase(),
    PORT: String(port),
    BRIDGE_TOKEN,
    PBX_WEBSOCKET_URL: 'ws://127.0.0.1:8088/ws',
    SIP_DOMAIN: '127.0.0.1',
    UI_DIR: '/nonexistent',
  });
  await until('the server to serve', () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  await until('two beats', () => beats.length >= 2);
  expect(beats[0]).toEqual({ beat: true });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('the process that is configured wrongly says what is wrong, and does not start', async () => {
  const { said, ended } = start({ DATABASE_URL: 'postgres://127.0.0.1/x', BRIDGE_TOKEN: '' });
  expect(await ended).toBe(1);
  expect(said.join('')).toContain('BRIDGE_TOKEN');
});

describe('the screen', () => {
  let server: ServerUnderTest;
  let folder: string;
  const page = '<!doctype html><title>Headset</title><script>start()</script>';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'headset-screen-'));
    await mkdir(path.join(folder, '_app/immutable'), { recursive: true });
    await writeFile(path.join(folder, 'index.html'), page);
    await writeFile(path.join(folder, 'theme.js'), '1');
    await writeFile(path.join(folder, '_app/immutable/app.abc.js'), '2');
    server = await startServer({ environment: { UI_DIR: folder } });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const ask = (address: string) => fetch(server.url + address, { headers: { accept: 'text/html' } });

  test.each(['/', '/login', '/calls', '/calls/main-1.2?x=1'])(
    'is one page at %s, under the strict policy',
    async (address) => {
      const answer = await ask(address);
      expect([answer.status, await answer.text()]).toEqual([200, page]);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/script-src 'self' 'sha256-[^']+=';/);
      expect(policy).toContain("connect-src 'self' ws://127.0.0.1:8088;");
      expect(policy).not.toMatch(/unsafe-(inline|eval)/);
      expect(answer.headers.get('permissions-policy')).toContain('microphone=(self)');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('lets what never changes be kept for ever, and the rest be asked for', async () => {
    expect((await ask('/_app/immutable/app.abc.js')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await ask('/theme.js')).headers.get('cache-control')).toBe('no-cache');
  });

  test.each(['/_app/immutable/gone.js', '/api/gone'])('has nothing at %s', async (address) => {
    expect((await ask(address)).status).toBe(404);
  });

  test.each(['/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/_app/..%5c..%5cx'])(
    'has nothing else at %s',
    async (address) => {
      const answer = await ask(address);
      if (answer.ok) expect(await answer.text()).toBe(page);
      else expect([400, 404]).toContain(answer.status);
    },
  );

  test('that is not built says so', async () => {
    const unbuilt = await startServer();
    try {
      const answer = await fetch(unbuilt.url, { headers: { accept: 'text/html' } });
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('npm start');
      expect((await get(unbuilt, '/health')).status).toBe(200);
    } finally {
      await unbuilt.close();
    }
  });
});
