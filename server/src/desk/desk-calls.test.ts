import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import { NOON, fact, newCallId, party, queueCall } from '../../../test/factories.ts';
import type { CallState } from '../calls/call-state.ts';
import { foldFact } from '../calls/live-fold.ts';
import { deskChanges, deskLegOf } from './desk-calls.ts';

/** What each agent is told of the facts, one line for each: `1001 offered`. */
function told(facts: readonly DomainEvent[]): string[] {
  const calls = new Map<string, CallState>();
  return facts.flatMap((one) => {
    const { changes } = foldFact({ get: (id) => calls.get(id), live: () => calls.values() }, one);
    for (const { after } of changes) calls.set(after.id, after);
    return changes.flatMap((change) =>
      deskChanges(change).map((told) => `${told.extension} ${told.kind === 'left' ? told.outcome : told.desk.phase}`),
    );
  });
}

describe('an agent who is offered a call', () => {
  test('sees it ring, talk and end, each once', () => {
    expect(told(queueCall().all)).toEqual(['1001 offered', '1001 talking', '1001 ended']);
  });

  test('sees it held and taken back', () => {
    const { callId, legId, through } = queueCall();
    expect(
      told([
        ...through('connected'),
        fact('CallHeld', { callId, legId, at: NOON + 9_000 }, { extension: '1001' }),
        fact('CallRetrieved', { callId, legId, at: NOON + 9_500 }, { extension: '1001', heldMs: 500 }),
      ]),
    ).toEqual(['1001 offered', '1001 talking', '1001 held', '1001 talking']);
  });

  test.each([
    ['no_answer', 'missed'],
    ['rejected', 'rejected'],
    ['busy', 'busy'],
    ['cancelled', 'caller_gave_up'],
    ['answered_elsewhere', 'answered_elsewhere'],
    ['unreachable', 'failed'],
    ['pbx_lost', 'failed'],
  ] as const)('and does not get it (%s) is told %s, once', (outcome, left) => {
    const { callId, legId, facts, through } = queueCall();
    expect(
      told([
        ...through('offered'),
        fact('OfferEnded', { callId, legId }, { extension: '1001', queue: 'support', outcome, ringMs: 1_000 }),
        facts.legEnded,
        facts.ended,
      ]),
    ).toEqual(['1001 offered', `1001 ${left}`]);
  });

  test('of a call that rings several sees another answer it', () => {
    const { callId, facts, through } = queueCall();
    const other = { callId, legId: `${callId}-other` };
    expect(
      told([
        ...through('offered'),
        fact('LegStarted', other, { party: party({ extension: '1002' }) }),
        fact('CallOffered', other, { extension: '1002', queue: 'support', visit: 0 }),
        fact('OfferEnded', other, { extension: '1002', queue: 'support', outcome: 'answered_elsewhere', ringMs: 1 }),
        facts.connected,
      ]),
    ).toEqual(['1001 offered', '1002 offered', '1002 answered_elsewhere', '1001 talking']);
  });

  test('and passes it on is told so', () => {
    const { callId, legId, facts, through } = queueCall();
    const passed = fact(
      'CallTransferred',
      { callId, legId },
      { way: 'blind', extension: '1001', to: '1002', consultCallId: null },
    );
    expect(told([...through('connected'), passed, facts.legEnded]).at(-1)).toBe('1001 transferred');
  });

  test('again after missing it sees it ring again', () => {
    const { callId, legId, facts, through } = queueCall();
    const second = { callId, legId: `${callId}-again` };
    expect(
      told([
        ...through('offered'),
        fact('OfferEnded', { callId, legId }, { extension: '1001', queue: 'support', outcome: 'no_answer', ringMs: 1 }),
        facts.legEnded,
        fact('LegStarted', second, { party: party({ extension: '1001' }) }),
        fact('CallOffered', { ...second, at: NOON + 30_000 }, { extension: '1001', queue: 'support', visit: 0 }),
      ]),
    ).toEqual(['1001 offered', '1001 missed', '1001 offered']);
  });
});

test('a phone that is being called but does not ring yet has no part in the call', () => {
  const calls = new Map<string, CallState>();
  for (const one of queueCall().through('legStarted'))
    for (const { after } of foldFact({ get: (id) => calls.get(id), live: () => [] }, one).changes)
      calls.set(after.id, after);
  const [call] = calls.values();
  expect(deskLegOf(call ?? null, '1001')).toBeNull();
});

test.each([
  ['busy', 'busy'],
  ['no_answer', 'no_answer'],
  ['unobtainable', 'unobtainable'],
  ['congestion', 'failed'],
  ['cancelled', 'ended'],
] as const)('an agent who dials and meets %s is told %s', (outcome, left) => {
  const callId = newCallId();
  const far = { callId, legId: `${callId}-far` };
  expect(
    told([
      fact(
        'CallStarted',
        { callId, legId: callId },
        { direction: 'outbound', caller: party({ extension: '1001' }), dialled: '+74950001213', consultOf: null },
      ),
      fact('LegStarted', far, { party: party({ number: '+74950001213' }) }),
      fact('LegEnded', far, { outcome, cause: null }),
      fact('LegEnded', { callId, legId: callId }, { outcome: 'cancelled', cause: null }),
    ]),
  ).toEqual(['1001 dialling', `1001 ${left}`]);
});
