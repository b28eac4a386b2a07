import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { demoCallers } from '../../db/src/seed.ts';
import { deskEventSchema, deskSnapshotSchema } from '../../server/src/contract/desk.ts';
import { fact, newCallId, party, pbxConnected, queueCall } from '../factories.ts';
import { get, logIn, openBridge, openDesk, post, startServer, type ServerUnderTest } from '../server-under-test.ts';
import { until } from '../until.ts';

let server: ServerUnderTest;
const [aClient = ''] = demoCallers().clients;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const now = () => Date.now() - 60_000;

test('the pop reaches the called agent when the phone is offered, with the whole card, and no other agent', async () => {
  const [olga, pavel, svetlana] = await Promise.all(
    (['olga', 'pavel', 'svetlana'] as const).map(async (login) => openDesk(server, await logIn(server, login))),
  );
  const bridge = await openBridge(server);
  const call = queueCall({ at: now(), number: aClient.replace('+7', '8'), name: 'SHOWN BY THE NETWORK' });

  await bridge.deliver([pbxConnected({ at: now() }), ...call.through('legStarted')]);
  expect(olga?.events.filter((event) => event.kind === 'callOffered')).toEqual([]);
  await bridge.deliver([call.facts.offered]);
  const pop = await olga?.event('callOffered');
  expect(pop?.call).toMatchObject({
    callId: call.callId,
    phase: 'offered',
    direction: 'inbound',
    numberE164: aClient,
    callerName: 'SHOWN BY THE NETWORK',
    waitMs: 2_000,
    queue: { code: 'support' },
    match: { kind: 'one', card: { balanceMinor: expect.any(Number), accounts: expect.any(Array), lastCalls: [] } },
  });
  expect(deskEventSchema.safeParse(pop).success).toBe(true);
  expect(await olga?.event('stateChanged', (event) => event.state.name === 'ringing')).toBeDefined();

  await bridge.deliver(call.through('connected', 'offered'));
  expect((await olga?.event('callChanged'))?.call.phase).toBe('talking');
  await bridge.deliver(call.through('ended', 'connected'));
  expect(await olga?.event('callLeft')).toMatchObject({ callId: call.callId, outcome: 'ended' });
  expect(await olga?.event('stateChanged', (event) => event.state.name === 'ready')).toBeDefined();

  for (const other of [pavel, svetlana]) {
    const text = JSON.stringify([other?.events, other?.snapshots]);
    expect(text).not.toContain(call.callId);
    expect(text).not.toContain(aClient.slice(2));
    expect(text).not.toContain('SHOWN BY THE NETWORK');
  }
});

test('the ended call stands in the log of who took it, and of nobody else', async () => {
  const bridge = await openBridge(server);
  const call = queueCall({ at: now(), number: aClient });
  await bridge.deliver(call.all);
  const of = async (login: 'olga' | 'pavel' | 'svetlana') => {
    const answer = await get(server, `/api/calls/${call.callId}`, await logIn(server, login));
    return { status: answer.status, body: await answer.json() };
  };
  expect(await of('olga')).toMatchObject({
    status: 200,
    body: {
      numberE164: aClient,
      client: { name: expect.any(String) },
      agent: { name: 'Ольга Ветрова' },
      queue: { code: 'support' },
      result: 'answered',
      endedBy: 'external',
      waitMs: 7_000,
      talkMs: 60_000,
      durationMs: 68_000,
      legs: [{ extension: null }, { extension: '1001' }],
      queueVisits: [{ outcome: 'connected', offers: 1 }],
    },
  });
  expect(await of('svetlana')).toMatchObject({ status: 200 });
  expect(await of('pavel')).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('a number that several have brings candidates, one that nobody has none, a hidden one says so', async () => {
  const olga = await openDesk(server, await logIn(server, 'olga'));
  const bridge = await openBridge(server);
  const matchOf = async (number: string | null) => {
    const call = queueCall({ at: now(), number });
    await bridge.deliver(call.through('offered'));
    const { match } = (await olga.event('callOffered', (event) => event.call.callId === call.callId)).call;
    await bridge.deliver(call.through('ended', 'offered'));
    return match;
  };
  expect(await matchOf(demoCallers().shared)).toMatchObject({ kind: 'several', candidates: [{}, {}] });
  expect(await matchOf('+74950077777')).toEqual({ kind: 'none' });
  expect(await matchOf(null)).toEqual({ kind: 'hidden' });
  expect(await matchOf('anonymous')).toEqual({ kind: 'hidden' });
});

test('an operator binds one of the candidates, and the call, the screen and the next card know it', async () => {
  const cookie = await logIn(server, 'olga');
  const olga = await openDesk(server, cookie);
  const pavel = await openDesk(server, await logIn(server, 'pavel'));
  const bridge = await openBridge(server);
  const call = queueCall({ at: now(), number: demoCallers().shared });
  await bridge.deliver(call.through('connected'));
  const { match } = (await olga.event('callOffered')).call;
  const chosen = match.kind === 'several' ? (match.candidates[1]?.id ?? '') : '';

  expect(await pavel.command({ name: 'bindClient', callId: call.callId, clientId: chosen })).toEqual({
    ok: false,
    code: 'unknown_call',
  });
  expect(await olga.command({ name: 'bindClient', callId: call.callId, clientId: crypto.randomUUID() })).toEqual({
    ok: false,
    code: 'unknown_client',
  });
  expect(await olga.command({ name: 'bindClient', callId: call.callId, clientId: chosen })).toEqual({ ok: true });
  await olga.event('callChanged', ({ call: { match } }) => match.kind === 'one' && match.card.id === chosen);

  await bridge.deliver(call.through('ended', 'connected'));
  const card = await (await get(server, `/api/clients/${chosen}`, cookie)).json();
  expect(card).toMatchObject({ lastCalls: [{ id: call.callId, client: { id: chosen } }] });
});

test('a new client is made from the call that brought them', async () => {
  const cookie = await logIn(server, 'olga');
  const olga = await openDesk(server, cookie);
  const bridge = await openBridge(server);
  const call = queueCall({ at: now(), number: '+74950066661' });
  await bridge.deliver(call.through('connected'));
  await olga.event('callOffered', ({ call: { match } }) => match.kind === 'none');
  const body = { name: 'Новый Клиент', phones: ['8 (495) 006-66-61 доб. 7', 'как-нибудь'], callId: call.callId };
  const answer = await post(server, '/api/clients', body, { cookie });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({
    name: 'Новый Клиент',
    phones: [
      { e164: '+74950066661', extension: '7' },
      { e164: null, written: 'как-нибудь' },
    ],
  });
  await olga.event('callChanged', ({ call: { match } }) => match.kind === 'one' && match.card.name === 'Новый Клиент');
  const pavels = await post(
    server,
    '/api/clients',
    { ...body, name: 'Чужой' },
    { cookie: await logIn(server, 'pavel') },
  );
  expect(pavels.status).toBe(404);
  const found = await (await get(server, `/api/clients?q=${encodeURIComponent('Чужой')}`, cookie)).json();
  expect(found).toMatchObject({ items: [] });
  await bridge.deliver(call.through('ended', 'connected'));
});

test('a desk that opens while a call runs gets it with its snapshot', async () => {
  const bridge = await openBridge(server);
  const call = queueCall({ at: now(), number: aClient, extension: '1002' });
  await bridge.deliver([
    fact('PhoneReachable', { at: now() + 5 }, { extension: '1002' }),
    ...call.through('connected'),
  ]);
  const pavel = await openDesk(server, await logIn(server, 'pavel'));
  expect(deskSnapshotSchema.parse(pavel.snapshots[0])).toMatchObject({
    state: { name: 'on_call' },
    phoneReachable: true,
    telephony: { state: 'connected' },
    calls: [{ callId: call.callId, phase: 'talking', match: { kind: 'one' } }],
  });
  await bridge.deliver(call.through('ended', 'connected'));
});

test('colleagues see each other by name', async () => {
  const olga = await openDesk(server, await logIn(server, 'olga'));
  const pavel = await openDesk(server, await logIn(server, 'pavel'));
  const bridge = await openBridge(server);
  const callId = newCallId(now());
  const first = { callId, legId: callId, at: now() };
  const second = { callId, legId: `${callId}-b`, at: now() };
  await bridge.deliver([
    fact('CallStarted', first, {
      direction: 'internal',
      caller: party({ number: '1001', extension: '1001' }),
      dialled: '1002',
      consultOf: null,
    }),
    fact('LegStarted', second, { party: party({ extension: '1002' }) }),
    fact('CallOffered', second, { extension: '1002', queue: null, visit: null }),
  ]);
  expect((await pavel.event('callOffered')).call.match).toEqual({ kind: 'colleague', displayName: 'Ольга Ветрова' });
  expect((await olga.event('callChanged')).call).toMatchObject({
    phase: 'dialling',
    match: { kind: 'colleague', displayName: 'Павел Снегирёв' },
  });
  await bridge.deliver([
    fact('CallEnded', first, { endedBy: 'agent', outcome: 'cancelled', cause: 16, durationMs: 1 }),
  ]);
  expect((await pavel.event('callLeft')).outcome).toBe('caller_gave_up');
});

test('two desks of one agent see the same', async () => {
  const cookie = await logIn(server, 'olga');
  const desks = [await openDesk(server, cookie), await openDesk(server, cookie)];
  const bridge = await openBridge(server);
  const call = queueCall({ at: now() });
  await bridge.deliver(call.through('offered'));
  for (const desk of desks) expect((await desk.event('callOffered')).call.callId).toBe(call.callId);
  await bridge.deliver(call.through('ended', 'offered'));
});

test('what waits in the own queues is told to its members alone', async () => {
  const olga = await openDesk(server, await logIn(server, 'olga'));
  const admin = await openDesk(server, await logIn(server, 'admin'));
  const bridge = await openBridge(server);
  const call = queueCall({ at: now() });
  await bridge.deliver(call.through('queued'));
  await olga.event('waitingChanged', ({ waiting }) => waiting.waiting === 1 && waiting.longestAgeMs > 50_000);
  await bridge.deliver(call.through('ended', 'queued'));
  await olga.event('waitingChanged', ({ waiting }) => waiting.waiting === 0);
  expect(admin.events.filter((event) => event.kind === 'waitingChanged')).toEqual([]);
});

test('every event stands in the ledger once, with the call as its rows tell', async () => {
  const bridge = await openBridge(server);
  const call = queueCall({ at: now(), number: aClient });
  await bridge.deliver(call.all);
  await until('the ledger', async () => {
    const [row] = await server.db.execute<{ n: number }>(
      sql`select count(*)::integer as n from events where call_id = ${call.callId}`,
    );
    return row?.n === call.all.length;
  });
});
