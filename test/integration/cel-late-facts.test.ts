/** The server and facts that come after what they come before: told by the PBX's own record. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { fact, pbxConnected, queueCall } from '../factories.ts';
import { openBridge, startServer, type ServerUnderTest } from '../server-under-test.ts';

let server: ServerUnderTest;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const START = Date.now() - 600_000;
const TRUTH = {
  result: 'answered',
  talk_ms: 60_000,
  wait_ms: 7_000,
  duration_ms: 68_000,
  ended_by: 'external',
  legs: 2,
};
const row = async (callId: string) => {
  const [found] = await server.db.execute(sql`
    select result, talk_ms, wait_ms, duration_ms, ended_by,
      (select count(*)::integer from legs where call_id = calls.id and ended_at is not null) as legs
    from calls where id = ${callId}`);
  return found;
};
const live = async () =>
  (await server.db.execute<{ id: string }>(sql`select id from calls where ended_at is null`)).map(({ id }) => id);

describe('a call that the server believed to be over', () => {
  test('because the PBX had it no more, gets its true end from the record', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: START });
    await bridge.deliver([...call.through('queued'), pbxConnected({ at: START + 300_000 })]);
    expect(await row(call.callId)).toMatchObject({ result: 'abandoned', duration_ms: 300_000 });
    await bridge.deliver(call.through('ended', 'queued'));
    expect(await row(call.callId)).toEqual(TRUTH);
    expect(await live()).not.toContain(call.callId);
  });

  test('gets it in the very batch that ended it', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: START + 1 });
    await bridge.deliver(call.through('offered'));
    await bridge.deliver([pbxConnected({ at: START + 300_001 }), ...call.through('ended', 'offered')]);
    expect(await row(call.callId)).toEqual(TRUTH);
  });

  test('keeps a guessed end that is in the ledger, but is told as answered when it was', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: START + 2 });
    const caller = { callId: call.callId, legId: call.callId, at: START + 90_002 };
    await bridge.deliver([
      ...call.through('queued'),
      fact('QueueLeft', caller, { queue: 'support', visit: 0, outcome: 'abandoned', waitMs: 89_000 }),
      fact('LegEnded', caller, { outcome: 'completed', cause: null }),
      fact('CallEnded', caller, { endedBy: 'unknown', outcome: 'cancelled', cause: null, durationMs: 90_000 }),
    ]);
    await bridge.deliver(call.through('legEnded', 'queued'));
    expect(await row(call.callId)).toMatchObject({ result: 'answered', talk_ms: 60_000, duration_ms: 90_000 });
  });

  test('is told again from its beginning, with what was known, and changes nothing twice', async () => {
    const bridge = await openBridge(server);
    const call = queueCall({ at: START + 3 });
    await bridge.deliver([...call.through('connected'), pbxConnected({ at: START + 300_003 })]);
    await bridge.deliver(call.all);
    expect(await row(call.callId)).toEqual(TRUTH);
    await bridge.deliver(call.all);
    expect(await row(call.callId)).toEqual(TRUTH);
  });
});

test('facts of a live call that come in another order give the same call', async () => {
  const bridge = await openBridge(server);
  const call = queueCall({ at: START + 4 });
  const { facts } = call;
  await bridge.deliver([facts.started, facts.queued, facts.legStarted, facts.callerLegEnded]);
  await bridge.deliver([facts.connected, facts.legAnswered, facts.offerEnded, facts.queueLeft, facts.offered]);
  await bridge.deliver([facts.legEnded, facts.ended]);
  expect(await row(call.callId)).toEqual(TRUTH);
});
