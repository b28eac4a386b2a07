import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import { NOON, fact, newCallId, party, pbxConnected, queueCall } from '../../../test/factories.ts';
import { heldMs, openVisit, waitMs, type CallState } from './call-state.ts';
import type { Anomaly } from './evolve.ts';
import { foldFact } from './live-fold.ts';

/** The calls that the facts make, in their order, and what was impossible. */
function given(facts: readonly DomainEvent[]) {
  const calls = new Map<string, CallState>();
  const anomalies: Anomaly[] = [];
  const floor = {
    get: (id: string) => calls.get(id),
    live: () => [...calls.values()].filter((call) => call.endedAt === null),
  };
  for (const one of facts) {
    const folded = foldFact(floor, one);
    anomalies.push(...folded.anomalies);
    for (const { after } of folded.changes) calls.set(after.id, after);
  }
  return { calls, anomalies, call: [...calls.values()][0] };
}

describe('a call through a queue', () => {
  test('that is answered and ended by the caller', () => {
    const { call, anomalies } = given(queueCall().all);
    expect(anomalies).toEqual([]);
    expect(call).toMatchObject({
      result: 'answered',
      endedBy: 'external',
      extension: '1001',
      queue: 'support',
      durationMs: 68_000,
      talkMs: 60_000,
      connectedAt: NOON + 8_000,
      talkingSince: null,
    });
    expect(call && waitMs(call)).toBe(7_000);
    expect(call?.visits).toMatchObject([{ outcome: 'connected', extension: '1001', offers: 1, waitMs: 7_000 }]);
  });

  test('waits from joining the queue on, and rings from the offer on', () => {
    const queued = given(queueCall().through('queued')).call;
    expect(queued && openVisit(queued)?.joinedAt).toBe(NOON + 1_000);
    const offered = given(queueCall().through('offered')).call;
    expect(offered).toMatchObject({ result: 'live', extension: '1001', connectedAt: null });
    expect(offered?.legs[1]?.offer).toEqual({ at: NOON + 3_000, queue: 'support', visit: 0, outcome: null });
  });

  test.each([
    ['abandoned', 'abandoned'],
    ['timeout', 'timeout'],
    ['leave_empty', 'timeout'],
    ['join_empty', 'timeout'],
    ['key', 'timeout'],
    ['pbx_lost', 'pbx_lost'],
  ] as const)('that left the queue as %s is %s', (outcome, result) => {
    const { callId, through } = queueCall();
    const ids = { callId, legId: callId };
    const { call } = given([
      ...through('queued'),
      fact('QueueLeft', { ...ids, at: NOON + 21_000 }, { queue: 'support', visit: 0, outcome, waitMs: 20_000 }),
      fact(
        'CallEnded',
        { ...ids, at: NOON + 22_000 },
        { endedBy: 'external', outcome: 'completed', cause: 16, durationMs: 22_000 },
      ),
    ]);
    expect(call).toMatchObject({ result, durationMs: 22_000, talkMs: 0 });
    expect(call && waitMs(call)).toBe(20_000);
  });

  test('that nobody took in the menu is missed', () => {
    const { facts } = queueCall();
    expect(given([facts.started, facts.ended]).call).toMatchObject({ result: 'missed' });
  });

  test('has its hold counted, and one that lasts until the end too', () => {
    const { callId, legId, facts, through } = queueCall();
    const agent = { callId, legId };
    const { call } = given([
      ...through('connected'),
      fact('CallHeld', { ...agent, at: NOON + 10_000 }, { extension: '1001' }),
      fact('CallRetrieved', { ...agent, at: NOON + 15_000 }, { extension: '1001', heldMs: 5_000 }),
      fact('CallHeld', { ...agent, ordinal: 1, at: NOON + 60_000 }, { extension: '1001' }),
      facts.legEnded,
      facts.ended,
    ]);
    expect(call && heldMs(call)).toBe(13_000);
    expect(call?.talkMs).toBe(60_000);
  });

  test('that died with the PBX is lost, though it was answered', () => {
    const { callId, through } = queueCall();
    const { call } = given([
      ...through('connected'),
      fact(
        'CallEnded',
        { callId, legId: callId, at: NOON + 20_000 },
        { endedBy: 'unknown', outcome: 'pbx_lost', cause: null, durationMs: 20_000 },
      ),
    ]);
    expect(call).toMatchObject({ result: 'pbx_lost', talkMs: 12_000 });
    expect(call?.legs.every((leg) => leg.endedAt !== null)).toBe(true);
  });

  test('counts the wait before the first answer only, after a transfer to another queue too', () => {
    const { callId, facts, through } = queueCall();
    const ids = { callId, legId: callId };
    const { call } = given([
      ...through('legEnded'),
      fact('CallQueued', { ...ids, ordinal: 1, at: NOON + 68_000 }, { queue: 'sales', visit: 1, position: 3 }),
      fact(
        'QueueLeft',
        { ...ids, ordinal: 1, at: NOON + 98_000 },
        { queue: 'sales', visit: 1, outcome: 'abandoned', waitMs: 30_000 },
      ),
      { ...facts.ended, durationMs: 98_000 },
    ]);
    expect(call && waitMs(call)).toBe(7_000);
    expect(call).toMatchObject({ result: 'answered', queue: 'sales' });
    expect(call?.visits).toHaveLength(2);
  });
});

describe('a dialled call', () => {
  const dialled = (farOutcome: 'busy' | 'no_answer' | 'unobtainable' | 'cancelled' | 'failed') => {
    const callId = newCallId();
    const me = { callId, legId: callId };
    const far = { callId, legId: `${callId}-far` };
    return given([
      fact('CallStarted', me, {
        direction: 'outbound',
        caller: party({ extension: '1001' }),
        dialled: '+74950001213',
        consultOf: null,
      }),
      fact('LegStarted', far, { party: party({ number: '+74950001213' }) }),
      fact('LegEnded', { ...far, at: NOON + 5_000 }, { outcome: farOutcome, cause: 17 }),
      fact('LegEnded', { ...me, at: NOON + 5_000 }, { outcome: 'cancelled', cause: 17 }),
      fact(
        'CallEnded',
        { ...me, at: NOON + 5_000 },
        { endedBy: 'system', outcome: 'cancelled', cause: 17, durationMs: 5_000 },
      ),
    ]).call;
  };
  test.each(['busy', 'no_answer', 'unobtainable', 'cancelled', 'failed'] as const)(
    'whose far end was %s says so',
    (outcome) => {
      expect(dialled(outcome)).toMatchObject({ result: outcome, extension: '1001', talkMs: 0 });
    },
  );
});

describe('a consultation', () => {
  test('that is completed gives its leg to the call it was made for', () => {
    const main = queueCall();
    const consultId = newCallId();
    const consult = { callId: consultId, legId: consultId };
    const colleague = { callId: consultId, legId: `${consultId}-b` };
    const { calls } = given([
      ...main.through('connected'),
      fact(
        'CallStarted',
        { ...consult, at: NOON + 20_000 },
        { direction: 'internal', caller: party({ extension: '1001' }), dialled: '1002', consultOf: main.callId },
      ),
      fact('LegStarted', { ...colleague, at: NOON + 20_000 }, { party: party({ extension: '1002' }) }),
      fact(
        'CallConnected',
        { ...colleague, at: NOON + 22_000 },
        { extension: '1002', queue: null, visit: null, waitMs: 0 },
      ),
      fact('LegMoved', { callId: main.callId, legId: colleague.legId, at: NOON + 30_000 }, { fromCallId: consultId }),
      main.facts.legEnded,
    ]);
    const call = calls.get(main.callId);
    expect(call?.legs.map((leg) => leg.party.extension)).toEqual([null, '1001', '1002']);
    expect(call).toMatchObject({ extension: '1002', talkingSince: NOON + 8_000 });
    expect(calls.get(consultId)).toMatchObject({ consultOf: main.callId, talkMs: 8_000, talkingSince: null });
  });
});

describe('a PBX that connects', () => {
  test('ends the calls that it no longer has, by what is known of each', () => {
    const talked = queueCall();
    const waited = queueCall();
    const alive = queueCall();
    const { calls } = given([
      ...talked.through('connected'),
      ...waited.through('queued'),
      ...alive.through('queued'),
      pbxConnected({ at: NOON + 60_000, openCallIds: [alive.callId] }),
    ]);
    expect(calls.get(talked.callId)).toMatchObject({ result: 'answered', endedBy: 'unknown', endedAt: NOON + 60_000 });
    expect(calls.get(waited.callId)).toMatchObject({ result: 'abandoned', endedBy: 'unknown' });
    expect(calls.get(alive.callId)).toMatchObject({ result: 'live', endedAt: null });
  });

  test('and was restarted has lost the calls of its former life', () => {
    const { calls, call } = given([
      ...queueCall().through('connected'),
      pbxConnected({ at: NOON + 60_000, pbxStartedAt: new Date(NOON + 30_000).toISOString() }),
    ]);
    expect(calls.size).toBe(1);
    expect(call?.result).toBe('pbx_lost');
  });
});

describe('an impossible fact changes nothing and is told', () => {
  const { callId, facts, all, through } = queueCall();
  test.each<[Anomaly, DomainEvent[]]>([
    ['unknown_call', [facts.queued]],
    ['already_started', [...through('queued'), facts.started]],
    ['unknown_leg', [facts.started, facts.connected]],
    ['unknown_visit', [facts.started, facts.queueLeft]],
    ['not_offered', [...through('legStarted'), facts.offerEnded]],
    [
      'not_held',
      [
        ...through('connected'),
        fact('CallRetrieved', { callId, legId: facts.connected.legId }, { extension: '1001', heldMs: 1 }),
      ],
    ],
    ['already_ended', [...all, facts.ended]],
  ])('%s', (anomaly, history) => {
    const before = given(history.slice(0, -1));
    const after = given(history);
    expect(after.anomalies).toEqual([anomaly]);
    expect(after.calls).toEqual(before.calls);
  });
});
