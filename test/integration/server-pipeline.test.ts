import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { fact, newCallId, party, pbxConnected, queueCall } from '../factories.ts';
import { get, logIn, openBridge, openDesk, startServer, type ServerUnderTest } from '../server-under-test.ts';
import { until } from '../until.ts';

let server: ServerUnderTest;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const now = () => Date.now() - 60_000;
const factsInLedger = async (callId: string): Promise<number> => {
  const [row] = await server.db.execute<{ n: number }>(
    sql`select count(*)::integer as n from events where call_id = ${callId}`,
  );
  return row?.n ?? 0;
};
const callRow = async (callId: string) => {
  const [row] = await server.db.execute<{
    result: string;
    ended_at: string | null;
    number: string | null;
    caller_name: string | null;
  }>(sql`select result, ended_at, number, caller_name from calls where id = ${callId}`);
  return row;
};

describe('exactly once', () => {
  test('facts delivered again change nothing and pop nothing, and are acknowledged', async () => {
    const desk = await openDesk(server, await logIn(server, 'olga'));
    const bridge = await openBridge(server);
    const call = queueCall({ at: now() });
    await bridge.deliver(call.through('offered'));
    await bridge.deliver(call.through('offered'));
    await bridge.deliver([...call.through('connected'), ...call.through('connected')]);
    await bridge.deliver(call.all);
    await desk.event('callLeft');
    expect(desk.events.filter((event) => event.kind === 'callOffered')).toHaveLength(1);
    expect(desk.events.filter((event) => event.kind === 'callLeft')).toHaveLength(1);
    expect(await factsInLedger(call.callId)).toBe(call.all.length);
    expect(await callRow(call.callId)).toMatchObject({ result: 'answered' });
  });

  test('a bridge that lost its outbox and rebuilt the facts adds none', async () => {
    const call = queueCall({ at: now() });
    await (await openBridge(server)).deliver(call.all);
    const later = call.all.map((one) => ({
      ...one,
      occurredAt: new Date(Date.parse(one.occurredAt) + 7).toISOString(),
    }));
    await (await openBridge(server, { epoch: randomUUID() })).deliver(later);
    expect(await factsInLedger(call.callId)).toBe(call.all.length);
  });

  test('hello tells up to where the stream is committed, for each epoch', async () => {
    const first = await openBridge(server);
    expect(first.committedSeq).toBe(0);
    await first.deliver(queueCall({ at: now() }).all);
    const again = await openBridge(server, { epoch: first.epoch });
    expect(again.committedSeq).toBe(11);
    expect((await openBridge(server)).committedSeq).toBe(0);
  });
});

describe('deliveries that cannot be understood', () => {
  const rejected = async (reason: RegExp) =>
    until('the delivery to be set aside', async () => {
      const rows = await server.db.execute<{ reason: string; payload: unknown }>(
        sql`select reason, payload from rejected_deliveries`,
      );
      return rows.find((row) => reason.test(row.reason));
    });

  test.each<[string, RegExp, (callId: string) => unknown]>([
    [
      'of a kind that nobody knows',
      /^kind: invalid_union/,
      (callId) => ({ ...fact('LegAnswered', { callId }, {}), kind: 'CallVanished' }),
    ],
    ['of a version to come', /^v: invalid_value/, (callId) => ({ ...fact('LegAnswered', { callId }, {}), v: 99 })],
    ['that is no object', /^event: /, () => 'boom'],
    ['of another PBX', /^of another PBX$/, (callId) => fact('LegAnswered', { callId, pbxId: 'other' }, {})],
  ])('%s are set aside whole, and do not block the others', async (_name, reason, poison) => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: now() });
    await bridge.deliver([...call.through('queued'), poison(call.callId), ...call.through('ended', 'queued')]);
    expect(await rejected(reason)).toBeDefined();
    expect(await callRow(call.callId)).toMatchObject({ result: 'answered' });
  });

  test('whose values Postgres refuses are set aside, and do not take their batch with them', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: now() });
    // A leg's cause is a 32-bit integer there.
    const poison = { ...call.facts.legEnded, legId: call.callId, cause: 2 ** 40 };
    await bridge.deliver([...call.through('queued'), poison, ...call.through('ended', 'queued')]);
    expect(await rejected(/^refused by the database$/)).toMatchObject({ payload: { kind: 'LegEnded' } });
    expect(await callRow(call.callId)).toMatchObject({ result: 'answered' });
  });

  test('what the network wrote into names is kept, without what no database can hold', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: now(), name: 'A\u0000B\ud800 <script>\r\n', number: "1'; drop table calls; --" });
    await bridge.deliver(call.all);
    expect(await callRow(call.callId)).toMatchObject({
      caller_name: 'A\ufffdB\ufffd <script>\r\n',
      number: "1'; drop table calls; --",
    });
  });

  test('messages that are none end the connection', async () => {
    const bridge = await openBridge(server);
    bridge.socket.emit('deliver', 'nonsense' as never, () => {});
    await until('the bridge to be dropped', () => !bridge.socket.connected);
  });
});

describe('the wire', () => {
  test.each([
    ['unauthorized', { token: 'wrong' }],
    ['unauthorized', { pbxId: 'Not/Valid' }],
    ['version', { v: 999 }],
  ] as const)('refuses with %s: %o', async (message, options) => {
    await expect(openBridge(server, options)).rejects.toThrow(message);
  });

  test('a second bridge takes the stream over, and the first is dropped', async () => {
    const first = await openBridge(server);
    const second = await openBridge(server, { epoch: first.epoch });
    await until('the first to be dropped', () => !first.socket.connected);
    const call = queueCall({ at: now() });
    await second.deliver(call.all);
    expect(await factsInLedger(call.callId)).toBe(call.all.length);
    expect(second.socket.connected).toBe(true);
  });

  test('a bridge that falls silent is dropped, and the screens say since when', async () => {
    const desk = await openDesk(server, await logIn(server, 'olga'));
    const bridge = await openBridge(server);
    await bridge.deliver([pbxConnected({ at: now() })]);
    const hung = await openBridge(server, { beats: false });
    await until('it to be dropped', () => !hung.socket.connected);
    await desk.event('telephonyChanged', ({ telephony }) => telephony.state === 'disconnected');
    expect(await (await get(server, '/ready')).json()).toMatchObject({
      ready: false,
      telephony: false,
      database: true,
    });
  });

  test('the loss of the PBX is told with its time, and its return', async () => {
    const desk = await openDesk(server, await logIn(server, 'olga'));
    const bridge = await openBridge(server);
    const at = now();
    await bridge.deliver([pbxConnected({ at })]);
    await bridge.deliver([fact('PbxDisconnected', { at: at + 1_000 }, { reason: 'closed' })]);
    const told = await desk.event(
      'telephonyChanged',
      ({ telephony }) => telephony.state === 'disconnected' && telephony.since === new Date(at + 1_000).toISOString(),
    );
    expect(told.telephony).toMatchObject({ ageMs: expect.any(Number) });
    await bridge.deliver([pbxConnected({ at: at + 2_000 })]);
    await desk.event(
      'telephonyChanged',
      (event) => event.telephony.state === 'connected' && desk.events.indexOf(event) > desk.events.indexOf(told),
    );
    expect((await get(server, '/ready')).status).toBe(200);
  });

  test('the calls that the log holds as live are told to the bridge that asks', async () => {
    const bridge = await openBridge(server);
    await bridge.deliver([pbxConnected({ at: now() })]);
    const call = queueCall({ at: now() });
    await bridge.deliver(call.through('queued'));
    const answer = await bridge.socket.timeout(800).emitWithAck('query', { name: 'openCalls' });
    expect(answer).toEqual([{ callId: call.callId, startedAt: call.facts.started.occurredAt }]);
    await bridge.deliver(call.through('ended', 'queued'));
  });
});

describe('late knowledge', () => {
  test('a call that was ended by a guess is told right by the record of the PBX', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: now() });
    await bridge.deliver(call.through('connected'));
    await bridge.deliver([pbxConnected({ at: now() + 70_000 })]);
    expect(await callRow(call.callId)).toMatchObject({ result: 'answered' });
    const guess = (await callRow(call.callId))?.ended_at;
    await bridge.deliver(call.through('ended', 'connected'));
    const ended = await callRow(call.callId);
    expect(ended?.ended_at).not.toBe(guess);
    expect(new Date(ended?.ended_at ?? '').getTime()).toBe(Date.parse(call.facts.ended.occurredAt));
  });

  test('a leg that moves out of a consultation takes what it was into the other call', async () => {
    const bridge = await openBridge(server);
    const main = queueCall({ at: now() });
    const consultId = newCallId(now());
    const consult = { callId: consultId, legId: consultId, at: now() };
    const colleague = { callId: consultId, legId: `${consultId}-b`, at: now() };
    await bridge.deliver([
      ...main.through('connected'),
      fact('CallStarted', consult, {
        direction: 'internal',
        caller: party({ extension: '1001' }),
        dialled: '1002',
        consultOf: main.callId,
      }),
      fact('LegStarted', colleague, { party: party({ extension: '1002' }) }),
      fact('CallConnected', colleague, { extension: '1002', queue: null, visit: null, waitMs: 0 }),
    ]);
    await bridge.deliver([
      fact('LegMoved', { callId: main.callId, legId: colleague.legId, at: now() }, { fromCallId: consultId }),
    ]);
    const [leg] = await server.db.execute<{ call_id: string; connected_at: string | null }>(
      sql`select call_id, connected_at from legs where id = ${colleague.legId}`,
    );
    expect(leg).toMatchObject({ call_id: main.callId, connected_at: expect.any(String) });
    await bridge.deliver([
      main.facts.ended,
      fact('CallEnded', consult, { endedBy: 'agent', outcome: 'completed', cause: 16, durationMs: 1 }),
    ]);
  });
});
