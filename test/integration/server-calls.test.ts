import { afterAll, beforeAll, expect, test } from 'vitest';
import { callPageSchema, type CallPage } from '../../server/src/contract/calls.ts';
import { demoCallers } from '../../db/src/seed.ts';
import { fact, newCallId, party, queueCall } from '../factories.ts';
import { get, logIn, openBridge, startServer, type ServerUnderTest } from '../server-under-test.ts';

let server: ServerUnderTest;
let cookie: string;
const START = Date.UTC(2026, 10, 2, 9);
const [aClient = ''] = demoCallers().clients;

/** Sixty calls, a minute apart, half of them Olga's; two in the same millisecond; one unanswered; one dialled. */
beforeAll(async () => {
  server = await startServer();
  cookie = await logIn(server, 'svetlana');
});
afterAll(() => server.close());

test('the log is paged from the newest on, each call once, with what each role may see', async () => {
  const bridge = await openBridge(server);
  const minute = (i: number) => START + i * 60_000;
  for (let i = 0; i < 60; i++)
    await bridge.deliver(
      queueCall({ at: minute(i), extension: i % 2 ? '1001' : '1002', number: i === 7 ? aClient : '84950005550' }).all,
    );
  const twins = [queueCall({ at: minute(60) }), queueCall({ at: minute(60) })];
  for (const twin of twins) await bridge.deliver(twin.all);
  const abandoned = queueCall({ at: minute(61) });
  const ids = { callId: abandoned.callId, legId: abandoned.callId };
  await bridge.deliver([
    ...abandoned.through('offered'),
    fact('QueueLeft', ids, { queue: 'support', visit: 0, outcome: 'abandoned', waitMs: 9_000 }),
    fact('CallEnded', ids, { endedBy: 'external', outcome: 'cancelled', cause: 16, durationMs: 10_000 }),
  ]);
  const dialledId = newCallId(minute(62));
  const dialled = { callId: dialledId, legId: dialledId, at: minute(62) };
  await bridge.deliver([
    fact('CallStarted', dialled, {
      direction: 'outbound',
      caller: party({ extension: '1002' }),
      dialled: '8(495)000-12-13',
      consultOf: null,
    }),
    fact('CallEnded', dialled, { endedBy: 'system', outcome: 'busy', cause: 17, durationMs: 3_000 }),
  ]);

  const seen: CallPage['items'] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 20; pages++) {
    const page: CallPage = await list(`limit=7${cursor ? `&cursor=${cursor}` : ''}`);
    expect(page.items.length).toBeLessThanOrEqual(7);
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(64);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(64);
  const order = seen.map(({ startedAt }) => startedAt);
  expect(order).toEqual(order.toSorted().toReversed());

  const own = await list('limit=200', await logIn(server, 'olga'));
  expect(own.items).toHaveLength(33);
  expect(own.items.every((call) => call.agent?.name === 'Ольга Ветрова')).toBe(true);
  expect((await list('limit=200', await logIn(server, 'admin'))).items).toHaveLength(64);
});

test.each([
  ['result=abandoned', 1],
  ['result=busy', 1],
  ['direction=outbound', 1],
  ['direction=internal', 0],
  ['number=%2B7%20495%20000-55-50', 59],
  ['number=84950001213', 1],
  ['number=1213', 1],
  ['number=213', 0],
  ['number=nobody', 0],
  [`from=${new Date(START).toISOString()}&to=${new Date(START + 600_000).toISOString()}`, 10],
  [`from=${encodeURIComponent('2026-11-02T12:55:00+03:00')}&to=${encodeURIComponent('2026-11-02T12:01:00+03:00')}`, 0],
  [`from=${encodeURIComponent('2026-11-02T12:00:00+03:00')}&to=${encodeURIComponent('2026-11-02T12:01:00+03:00')}`, 1],
])('the filter %s leaves %i', async (filter, count) => {
  expect((await list(`${filter}&limit=200`)).items).toHaveLength(count);
});

test('the log is filtered by client, agent and queue', async () => {
  const [call] = (await list(`number=${encodeURIComponent(aClient)}`)).items;
  expect(call).toMatchObject({ client: { id: expect.any(String) }, queue: { code: 'support' } });
  expect((await list(`clientId=${call?.client?.id}`)).items).toHaveLength(1);
  expect((await list(`agentId=${call?.agent?.id}&limit=200`)).items).toHaveLength(33);
  expect((await list(`queueId=${call?.queue?.id}&limit=200`)).items).toHaveLength(63);
});

async function list(query: string, as = cookie): Promise<CallPage> {
  const answer = await get(server, `/api/calls?${query}`, as);
  return callPageSchema.parse(await answer.json());
}
