/**
 * Headset at a PBX that is not ours: the FreePBX-like one, with desk phones, members behind Local channels, and AMI users that may do
 * what we ask for, or only see.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { beatSchema } from '../../ami-bridge/src/pbx-link.ts';
import { connect, disconnect } from '../../db/src/index.ts';
import { repositoryRoot } from '../../scripts/instance.ts';
import { callPageSchema, type Call } from '../../server/src/contract/calls.ts';
import {
  BRIDGE_TOKEN,
  createDemoDatabase,
  get,
  logIn,
  openDesk,
  startServer,
  type ServerUnderTest,
} from '../server-under-test.ts';
import { until } from '../until.ts';
import { CALLER, ExistingPbx } from './existing-pbx.ts';

let pbx: ExistingPbx;
let server: ServerUnderTest;
let databaseUrl: string;

beforeAll(async () => {
  pbx = await ExistingPbx.start();
  databaseUrl = await createDemoDatabase();
  await nameAsThePbxDoes(databaseUrl);
  server = await startServer({ databaseUrl, graceMs: 200 });
});
afterEach(() => pbx.hangUpAll());
afterAll(async () => {
  await server.close();
  await pbx.stop();
});

describe.each([
  { user: 'headset', readOnly: false },
  { user: 'headset-readonly', readOnly: true },
])('an existing PBX seen by $user', ({ user, readOnly }) => {
  let bridge: ChildProcess;

  beforeAll(async () => {
    bridge = startBridge(user);
    await until('the bridge to be ready', async () => (await beat())?.pbx === 'ready');
  });
  afterAll(async () => {
    bridge.kill('SIGTERM');
    await until('the bridge to end', () => bridge.exitCode !== null);
  });

  it(`tells whether it lets us act: ${readOnly ? 'no' : 'yes'}`, async () => {
    await until('the right word', async () => (await beat())?.readOnly === readOnly);
  });

  it('has its calls on the desk of the agent behind Local/5001@from-queue/n, and in the log', async () => {
    const cookie = await logIn(server, 'olga');
    const desk = await openDesk(server, cookie);
    const call = await pbx.callIn();
    const pop = await desk.event('callOffered');
    expect(pop.call).toMatchObject({ phase: 'offered', numberE164: `+${CALLER}`, queue: { code: '400' } });
    await pbx.phone.rings();
    pbx.phone.answer();
    await desk.event('callChanged', ({ call: { phase } }) => phase === 'talking');
    await pbx.hangUp(call);
    await desk.event('callLeft', ({ callId }) => callId === pop.call.callId);
    const logged = await until('the call in the log', async () => {
      const found = (await log(cookie)).find(({ id }) => id === pop.call.callId);
      return found?.endedAt ? found : null;
    });
    expect(logged).toMatchObject({
      direction: 'inbound',
      result: 'answered',
      endedBy: 'external',
      agent: { name: 'Ольга Ветрова' },
      queue: { code: '400' },
    });
  });

  it(`${readOnly ? 'refuses' : 'takes'} a pause, in its own form of members`, async () => {
    const desk = await openDesk(server, await logIn(server, 'olga'));
    await desk.command({ name: 'pause', reason: 'lunch' });
    if (readOnly) {
      await until('the refusal', () => server.logged().includes('"code":"read_only"'));
      expect(await pbx.pausedIn('400')).toEqual([]);
    } else {
      const [paused = ''] = await until('the pause', async () => nonEmpty(await pbx.pausedIn('400')));
      expect(paused).toContain('Location: Local/5001@from-queue/n\n');
      expect(paused).toContain('PausedReason: lunch\n');
    }
    await desk.command({ name: 'beReady' });
    await until('no pause', async () => (await pbx.pausedIn('400')).length === 0);
  });

  it(`${readOnly ? 'adds nobody to a queue' : 'adds an agent to a queue as the PBX writes members'}, and takes nobody else away`, async () => {
    const desk = await openDesk(server, await logIn(server, 'olga'));
    if (readOnly) {
      await until('the refusal', () => server.logged().includes('"code":"read_only"'));
      expect(await pbx.membersOf('401')).toEqual([]);
    } else {
      const [added = ''] = await until('the member', async () => nonEmpty(await pbx.membersOf('401')));
      for (const line of ['Name: 5001', 'Location: Local/5001@from-queue/n', 'StateInterface: hint:5001@ext-local'])
        expect(added).toContain(`${line}\n`);
    }
    desk.socket.close();
    await until('nobody in queue 401', async () => (await pbx.membersOf('401')).length === 0);
    const left = (await pbx.membersOf('400')).map((member) => /^Name: (.*)$/m.exec(member)?.[1]);
    expect(left.toSorted()).toEqual(['Олеся Полевая', 'Пётр Речной']);
  });

  it('tells a call that ended while the bridge was dead from the record of that PBX', async () => {
    const cookie = await logIn(server, 'olga');
    const desk = await openDesk(server, cookie);
    const call = await pbx.callIn();
    const pop = await desk.event('callOffered');
    await pbx.phone.rings();
    pbx.phone.answer();
    await desk.event('callChanged', ({ call: { phase } }) => phase === 'talking');
    bridge.kill('SIGKILL');
    await until('the bridge to be dead', () => bridge.signalCode !== null);
    await pbx.hangUp(call);
    await pbx.silence();
    const endedAt = Date.now();
    bridge = startBridge(user);
    const told = await until('the end of the call', async () => {
      const found = (await log(cookie)).find(({ id }) => id === pop.call.callId);
      return found?.endedAt ? { ...found, endedAt: Date.parse(found.endedAt) } : null;
    });
    expect(told).toMatchObject({ result: 'answered', endedBy: 'external', agent: { name: 'Ольга Ветрова' } });
    expect(told.endedAt).toBeLessThanOrEqual(endedAt);
    await until('the bridge to be ready', async () => (await beat())?.pbx === 'ready');
  });

  it('does not take the probe of a doctor for a call', async () => {
    const supervisor = await logIn(server, 'svetlana');
    const before = await log(supervisor);
    await pbx.doctor('headset', databaseUrl);
    const call = await pbx.callIn();
    await pbx.phone.rings();
    await pbx.hangUp(call);
    const after = await until('the next call in the log', async () => {
      const calls = await log(supervisor);
      return calls[0]?.endedAt && calls[0].id !== before[0]?.id ? calls : null;
    });
    expect(after.slice(1)).toEqual(before);
  });
});

function startBridge(user: string): ChildProcess {
  const env = {
    PATH: process.env.PATH ?? '',
    PBX_ID: 'main',
    PBX_MODE: 'existing',
    ...pbx.amiOf(user),
    PBX_RECORD_DIR: pbx.recordDir,
    SERVER_URL: server.url,
    BRIDGE_TOKEN,
    BRIDGE_STATE_DIR: path.join(pbx.instance.stateDir, 'bridge'),
    BRIDGE_PORT: String(pbx.instance.ports.bridge),
    LOG_LEVEL: 'error',
  };
  return fork(path.join(repositoryRoot, 'ami-bridge/src/main.ts'), [], { execArgv: ['--import', 'tsx'], env });
}

async function beat() {
  const response = await fetch(`http://127.0.0.1:${pbx.instance.ports.bridge}/health`).catch(() => null);
  return response === null ? null : beatSchema.parse(await response.json());
}

function nonEmpty<T>(items: readonly T[]): readonly T[] | null {
  return items.length > 0 ? items : null;
}

async function log(cookie: string): Promise<Call[]> {
  return callPageSchema.parse(await (await get(server, '/api/calls', cookie)).json()).items;
}

/** The demo's people and queue under the extensions and the queue's number of that PBX. */
async function nameAsThePbxDoes(url: string): Promise<void> {
  const db = connect(url, { applicationName: 'headset-test' });
  await db.execute(sql`update agents set extension = case login when 'olga' then '5001' when 'pavel' then '5002' end`);
  await db.execute(sql`update queues set code = '400' where code = 'support'`);
  // Nobody is a member of it at the PBX.
  await db.execute(sql`insert into queues (id, pbx_id, code, name_ru, name_en)
    select gen_random_uuid(), pbx_id, '401', 'Продажи', 'Sales' from queues`);
  await db.execute(sql`insert into memberships (queue_id, agent_id)
    select queues.id, agents.id from queues, agents where code = '401' and login = 'olga'`);
  await disconnect(db);
}
