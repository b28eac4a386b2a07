/** Recorded calls (test/fixtures/cel holds the facts that the tracker told), told in any order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import { NOON, fact, queueCall } from '../../../test/factories.ts';
import { readTrace } from '../../../test/fixtures/cel/trace.ts';
import { inOrder, isLate } from './in-order.ts';
import { foldAll } from './live-fold.ts';

const SCENES = ['interleaved', 'ring-all', 'blind-transfer-to-queue', 'outgoing-given-up', 'internal', 'queue-timeout'];

describe('facts of a call that are told late', () => {
  test.each(SCENES)('give the same call, in whatever order they come: %s', (name) => {
    const { facts } = readTrace(name);
    const lived = foldAll(facts);
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (told) => {
        expect(byId(foldAll(inOrder(told)))).toEqual(byId(lived));
      }),
    );
  });

  test('are those that something else came after, by more than a moment', () => {
    const { callId, through } = queueCall();
    const call = foldAll(through('connected')).get(callId);
    expect(call && isLate(call, NOON + 3_000)).toBe(true);
    expect(call && isLate(call, NOON + 7_900)).toBe(false);
    expect(call && isLate(call, NOON + 60_000)).toBe(false);
  });

  test('win over an end that was guessed, which stays the end', () => {
    const { callId, facts, through } = queueCall();
    const caller = { callId, legId: callId, at: NOON + 90_000 };
    const guessed: DomainEvent[] = [
      fact('QueueLeft', caller, { queue: 'support', visit: 0, outcome: 'abandoned', waitMs: 89_000 }),
      fact('LegEnded', caller, { outcome: 'completed', cause: null }),
      fact('CallEnded', caller, { endedBy: 'unknown', outcome: 'cancelled', cause: null, durationMs: 90_000 }),
    ];
    const late = [
      facts.legStarted,
      facts.offered,
      facts.offerEnded,
      facts.legAnswered,
      facts.connected,
      facts.legEnded,
    ];
    const call = foldAll(inOrder([...through('queued'), ...guessed, ...late])).get(callId);
    expect(call).toMatchObject({ result: 'answered', extension: '1001', talkMs: 60_000, endedAt: NOON + 90_000 });
  });
});

const byId = (calls: ReadonlyMap<string, unknown>) =>
  Object.fromEntries([...calls].map(([id, call]) => [id, sortedLegs(call)]));

/** Legs stand in the order of their beginnings; two of the same millisecond in either. */
function sortedLegs(call: unknown): unknown {
  const copy = structuredClone(call) as { legs: { id: string }[] };
  copy.legs.sort((a, b) => a.id.localeCompare(b.id));
  return copy;
}
