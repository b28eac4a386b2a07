import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PostgresStartError, startPostgres, type EmbeddedPostgres } from '../../db/src/embedded-postgres.ts';
import { freePort, testBinDir } from '../postgres.ts';
import { until } from '../until.ts';

let folder: string;
let port: number;
const running: EmbeddedPostgres[] = [];

// One data folder for all: each test starts on what the one before left.
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'headset-test-embedded-'));
  chmodSync(folder, 0o755);
  port = await freePort();
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (more: { password?: string; port?: number } = {}) => ({
  dataDir: path.join(folder, 'data'),
  binDir: testBinDir(),
  port,
  password: 'first',
  ...more,
});

async function start(more: { password?: string; port?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startPostgres(options(more));
  running.push(server);
  return server;
}

async function ask<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe<Row[]>(statement))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const failureOf = (start: Promise<unknown>) =>
  start.then(
    () => null,
    (error: unknown) => (error instanceof PostgresStartError ? error.failure : error),
  );

describe('the embedded Postgres', () => {
  it('is durable, listens on loopback alone, sorts as Russian does, and gives the application a role that is no superuser', async () => {
    const { url } = await start();
    const [settings] = await ask(
      url,
      `select current_setting('fsync') as fsync, current_setting('listen_addresses') as listen, current_setting('server_encoding') as encoding,
        current_setting('is_superuser') as superuser, current_setting('password_encryption') as password, current_setting('data_checksums') as checksums`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      listen: '127.0.0.1',
      encoding: 'UTF8',
      superuser: 'off',
      password: 'scram-sha-256',
      checksums: 'on',
    });
    const sorted = await ask<{ name: string }>(
      url,
      `select name from unnest(array['Яна', 'Ёлка', 'Жук', 'Егор', 'ёж']) name order by name`,
    );
    expect(sorted.map((row) => row.name)).toEqual(['Егор', 'ёж', 'Ёлка', 'Жук', 'Яна']);
  });

  it('keeps what was committed when it is killed, tells how it ended, and starts again at once', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 42 as answer');
    const ended = new Promise((resolve) => first.onExit(resolve));
    first.kill();
    expect(await ended).toBe('killed by SIGKILL');
    const second = await start();
    expect(await ask(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(second.pid).not.toBe(first.pid);
  });

  it('replaces a server that a killed start left running, even a stopped one', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGSTOP');
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('outlives the process that started it when that is killed, and is then found', async () => {
    const script = path.join(folder, 'starter.mts');
    const library = new URL('../../db/src/embedded-postgres.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { startPostgres } from ${JSON.stringify(library)};
       process.send(await startPostgres(${JSON.stringify(options())}).then((server) => server.pid));
       setInterval(() => {}, 1_000);`,
    );
    const starter = fork(script, { execArgv: ['--import', import.meta.resolve('tsx')] });
    const [pid] = (await once(starter, 'message')) as [number];
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    expect(process.kill(pid, 0)).toBe(true);
    const second = await start();
    expect(second.pid).not.toBe(pid);
  });

  it('starts over a pid file whose process is another program now', async () => {
    const first = await start();
    first.kill();
    await new Promise((resolve) => first.onExit(resolve));
    const file = path.join(folder, 'data/postmaster.pid');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)));
    await start();
  });

  it('takes a new password when the secrets were lost', async () => {
    await (await start({ password: 'first' })).stop();
    const { url } = await start({ password: "second's" });
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const withTheFirst = new URL(url);
    withTheFirst.password = 'first';
    await expect(ask(withTheFirst.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('says that the port is busy', async () => {
    const holder: Server = createServer().listen(port, '127.0.0.1');
    await once(holder, 'listening');
    expect(await failureOf(startPostgres(options()))).toBe('port_busy');
    holder.close();
    await once(holder, 'close');
    await start();
  });

  it('stops when asked, leaving no process', async () => {
    const server = await start();
    await server.stop();
    await until('the process is gone', () => {
      try {
        return !process.kill(server.pid, 0);
      } catch {
        return true;
      }
    });
    await server.stop(); // twice does no harm
  });

  it('begins anew where an earlier one was killed while it made the data folder', async () => {
    rmSync(path.join(folder, 'data'), { recursive: true });
    mkdirSync(path.join(folder, 'data.new/base'), { recursive: true });
    mkdirSync(path.join(folder, 'data'));
    await start();
    expect(existsSync(path.join(folder, 'data.new'))).toBe(false);
  });

  it('answers with an error of its own where no folder can be made', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const failure = await failureOf(startPostgres({ ...options(), dataDir: path.join(file, 'data') }));
    expect(failure).toBe('failed');
  });
});
