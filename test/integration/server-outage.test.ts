import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPostgres, type EmbeddedPostgres } from '../../db/src/embedded-postgres.ts';
import { connect, disconnect, migrate } from '../../db/src/index.ts';
import { seed } from '../../db/src/seed.ts';
import { fact, pbxConnected, queueCall } from '../factories.ts';
import { freePort, testBinDir } from '../postgres.ts';
import { get, logIn, openBridge, openDesk, post, startServer, type ServerUnderTest } from '../server-under-test.ts';
import { until } from '../until.ts';

/** A Postgres of our own, to be killed. */
let postgres: EmbeddedPostgres;
let folder: string;
let port: number;
let server: ServerUnderTest;

const launch = () =>
  startPostgres({ dataDir: path.join(folder, 'data'), port, password: 'only-for-tests', binDir: testBinDir() });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'headset-outage-'));
  await chmod(folder, 0o755);
  port = await freePort();
  postgres = await launch();
  await migrate(postgres.url);
  const db = connect(postgres.url, { max: 1 });
  await seed(db);
  await disconnect(db);
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await startServer({ databaseUrl: postgres.url });
  return () => server.close();
});

const gone = () => new Promise((resolve) => postgres.onExit(resolve));
const now = () => Date.now() - 60_000;
const isReady = async () => (await get(server, '/ready')).status === 200;

test('Postgres killed in mid-stream: nothing is acknowledged or published until it is committed, and then all is', async () => {
  const cookie = await logIn(server, 'olga');
  const desk = await openDesk(server, cookie);
  const bridge = await openBridge(server);
  const before = queueCall({ at: now() });
  await bridge.deliver([pbxConnected({ at: now(), openCallIds: [before.callId] }), ...before.through('connected')]);
  await until('readiness', isReady);

  postgres.kill();
  await gone();
  const during = Array.from({ length: 20 }, () => queueCall({ at: now(), extension: '1002' }));
  const mine = queueCall({ at: now() });
  const acknowledgedBefore = bridge.acknowledged();
  const eventsBefore = desk.events.length;
  for (const call of during) bridge.send(call.all);
  bridge.send(mine.through('offered'));
  await until('/ready to say no', async () => !(await isReady()), 5_000);
  expect(bridge.acknowledged()).toBe(acknowledgedBefore);
  expect(desk.events.slice(eventsBefore).filter((event) => 'call' in event || event.kind === 'callLeft')).toEqual([]);
  expect((await get(server, '/api/calls', cookie)).status).toBe(503);
  expect(await (await post(server, '/api/session', { login: 'olga', password: 'headset' })).json()).toMatchObject({
    code: 'unavailable',
  });
  expect((await get(server, '/health')).status).toBe(200);

  postgres = await launch();
  await bridge.settled(30_000);
  await until('the pop', () =>
    desk.events.some((event) => event.kind === 'callOffered' && event.call.callId === mine.callId),
  );
  const [row] = await server.db.execute<{ calls: number; facts: number }>(sql`
    select (select count(*)::integer from calls where ended_at is not null) as calls,
      (select count(*)::integer from events where call_id <> '') as facts`);
  const started = [...during.flatMap((call) => call.all), ...before.through('connected'), ...mine.through('offered')];
  expect(row).toEqual({ calls: during.length, facts: started.length });
  await bridge.deliver([...before.through('ended', 'connected'), ...mine.through('ended', 'offered')]);
  expect(await desk.event('callLeft', (event) => event.callId === before.callId)).toMatchObject({ outcome: 'ended' });
  await until('readiness', isReady);
});

test('Postgres hung: /ready says no within 5 s, and all goes on when it is back', async () => {
  const bridge = await openBridge(server);
  const call = queueCall({ at: now() });
  await bridge.deliver([pbxConnected({ at: now() }), ...call.through('queued')]);
  await until('readiness', isReady);
  const pids = (await server.db.execute<{ pid: number }>(sql`select pid from pg_stat_activity`)).map((row) => row.pid);
  const all = [postgres.pid, ...pids];
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  try {
    bridge.send(call.through('ended', 'queued'));
    await until('/ready to say no', async () => !(await isReady()), 5_000);
    expect(bridge.acknowledged()).toBe(3);
  } finally {
    for (const pid of all) process.kill(pid, 'SIGCONT');
  }
  await bridge.settled(30_000);
  await until('readiness', isReady);
});

test('a server that is started anew knows the calls, the phones and the PBX, and goes on with them', async () => {
  const bridge = await openBridge(server);
  const call = queueCall({ at: now() });
  await bridge.deliver([
    pbxConnected({ at: now() }),
    fact('PhoneReachable', { at: now() + 1 }, { extension: '1001' }),
    fact('PhoneReachable', { at: now() + 2 }, { extension: '1002' }),
    fact('PhoneUnreachable', { at: now() + 3 }, { extension: '1002' }),
    ...call.through('offered'),
  ]);
  const next = await startServer({ databaseUrl: postgres.url });
  try {
    const resumed = await openBridge(next, { epoch: bridge.epoch });
    expect(resumed.committedSeq).toBe(bridge.acknowledged());
    const olga = await openDesk(next, await logIn(next, 'olga'));
    expect(olga.snapshots[0]).toMatchObject({
      state: { name: 'ringing' },
      phoneReachable: true,
      telephony: { state: 'connected' },
      calls: [{ callId: call.callId, phase: 'offered' }],
    });
    const pavel = await openDesk(next, await logIn(next, 'pavel'));
    expect(pavel.snapshots[0]).toMatchObject({
      phoneReachable: false,
      state: { name: 'paused', reason: 'device_lost' },
    });
    await resumed.deliver(call.through('ended', 'offered'));
    expect(await olga.event('callLeft')).toMatchObject({ outcome: 'ended' });
  } finally {
    await next.close();
  }
});

test('a server that is started before Postgres waits for it', async () => {
  postgres.kill();
  await gone();
  const starting = startServer({ databaseUrl: postgres.url });
  postgres = await launch();
  const late = await starting;
  await openBridge(late);
  await late.close();
});
