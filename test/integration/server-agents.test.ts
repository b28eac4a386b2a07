import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import type { CommandOf } from '../../ami-bridge/src/commands.ts';
import { commandSchema } from '../../ami-bridge/src/commands.ts';
import { fact, pbxConnected } from '../factories.ts';
import {
  get,
  logIn,
  openBridge,
  openDesk,
  startServer,
  type ServerUnderTest,
  type TestBridge,
} from '../server-under-test.ts';
import { until } from '../until.ts';

let server: ServerUnderTest;
let bridge: TestBridge;

beforeAll(async () => {
  server = await startServer({ graceMs: 200 });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.db.execute(sql`delete from agent_intents`);
  bridge = await openBridge(server);
});

/** The last membership command that satisfies `matching`. */
const memberships = (matching: (command: CommandOf<'setMemberships'>) => boolean) =>
  until('a membership command', () =>
    bridge.commands.findLast(
      (command): command is CommandOf<'setMemberships'> => command.name === 'setMemberships' && matching(command),
    ),
  );

test('a bridge that says hello is told phones, queues and the whole membership, in forms that it accepts', async () => {
  const whole = await memberships(({ complete }) => complete);
  expect(bridge.commands.map((command) => command.name)).toEqual(['provision', 'setMemberships']);
  for (const command of bridge.commands) expect(commandSchema.safeParse(command).error).toBeUndefined();
  expect(bridge.commands[0]).toMatchObject({
    phones: [
      { extension: '1001', secret: expect.any(String), displayName: 'Ольга Ветрова' },
      {},
      {},
      { extension: '1004' },
    ],
    queues: [{ queue: 'support', strategy: 'longest_idle', ringSeconds: 20 }],
  });
  expect(whole.members).toEqual([]);
});

test('an agent takes calls from opening a desk until the grace after closing it is over', async () => {
  const cookie = await logIn(server, 'olga');
  const desk = await openDesk(server, cookie);
  expect(desk.snapshots[0]).toMatchObject({ intent: { wants: 'ready' }, state: { name: 'ready' } });
  expect((await memberships(({ members }) => members.length > 0)).members).toEqual([
    { queue: 'support', extension: '1001', penalty: 0, paused: false, pauseReason: null },
  ]);
  const told = bridge.commands.length;
  desk.socket.disconnect();
  const left = await until('the agent to be taken out', () => bridge.commands[told]);
  expect(left).toEqual({ name: 'setMemberships', complete: true, members: [] });
  const agents = await (await get(server, '/api/agents', cookie)).json();
  expect(agents).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ extension: '1001', state: { name: 'offline' } })]),
  });
});

test('a pause is stored, shown and told to the PBX, and kept over a new login and a new bridge', async () => {
  const cookie = await logIn(server, 'olga');
  const desk = await openDesk(server, cookie);
  expect(await desk.command({ name: 'pause', reason: 'no_such' })).toEqual({ ok: false, code: 'unknown_reason' });
  expect(await desk.command({ name: 'pause', reason: 'lunch' })).toEqual({ ok: true });
  expect(await desk.event('stateChanged', ({ state }) => state.name === 'paused')).toMatchObject({
    state: { reason: 'lunch' },
    intent: { wants: 'paused', reason: 'lunch' },
  });
  await memberships(({ members }) => members[0]?.pauseReason === 'lunch');
  desk.socket.disconnect();
  await until(
    'the agent to be gone',
    () =>
      bridge.commands.at(-1)?.name === 'setMemberships' &&
      JSON.stringify(bridge.commands.at(-1)).includes('"members":[]'),
  );

  const again = await openDesk(server, cookie);
  expect(again.snapshots[0]).toMatchObject({ state: { name: 'paused', reason: 'lunch' } });
  bridge = await openBridge(server);
  const whole = await memberships(({ complete }) => complete);
  expect(whole.members).toEqual([
    { queue: 'support', extension: '1001', penalty: 0, paused: true, pauseReason: 'lunch' },
  ]);
  expect(await again.command({ name: 'beReady' })).toEqual({ ok: true });
  await memberships(({ members }) => members[0]?.paused === false);
});

test('a pause made at the PBX becomes what the agent wants', async () => {
  const desk = await openDesk(server, await logIn(server, 'olga'));
  await desk.command({ name: 'beReady' });
  await bridge.deliver([
    pbxConnected({ at: Date.now() }),
    fact(
      'MemberObserved',
      { at: Date.now() + 1 },
      { queue: 'support', extension: '1001', penalty: 0, paused: true, pauseReason: 'lunch' },
    ),
    fact(
      'MemberObserved',
      { at: Date.now() + 2 },
      { queue: 'support', extension: '1002', penalty: 0, paused: false, pauseReason: null },
    ),
  ]);
  expect(
    (await server.db.execute<{ wants: string }>(sql`select wants from agent_intents`)).map((row) => row.wants),
  ).toEqual(['ready']);
  await bridge.deliver([
    fact(
      'MemberObserved',
      { at: Date.now() + 3 },
      { queue: 'support', extension: '1001', penalty: 0, paused: true, pauseReason: 'Feature code *46' },
    ),
  ]);
  await desk.event('stateChanged', ({ state }) => state.name === 'paused' && state.reason === 'pbx');
  await memberships(({ members }) => members[0]?.pauseReason === 'pbx');
});

test('a phone that goes and comes is told to its own desk alone', async () => {
  const olga = await openDesk(server, await logIn(server, 'olga'));
  const pavel = await openDesk(server, await logIn(server, 'pavel'));
  await olga.command({ name: 'beReady' });
  await bridge.deliver([fact('PhoneUnreachable', { at: Date.now() }, { extension: '1001' })]);
  await olga.event('phoneChanged', ({ phoneReachable }) => !phoneReachable);
  await olga.event('stateChanged', ({ state }) => state.name === 'paused' && state.reason === 'device_lost');
  await bridge.deliver([fact('PhoneReachable', { at: Date.now() + 5 }, { extension: '1001' })]);
  await olga.event('phoneChanged', ({ phoneReachable }) => phoneReachable);
  await olga.event('stateChanged', ({ state }) => state.name === 'ready');
  expect(pavel.events.filter((event) => event.kind === 'phoneChanged')).toEqual([]);
});

test('logging out takes the agent out of the queues at once', async () => {
  const cookie = await logIn(server, 'olga');
  await openDesk(server, cookie);
  await memberships(({ members }) => members.length > 0);
  await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie } });
  await memberships(({ complete, members }) => complete && members.every((member) => member.extension !== '1001'));
});
