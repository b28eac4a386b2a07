import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOON, fact } from '../../test/factories.ts';
import { factKey, partitionedAt, storable } from './ledger-row.ts';

describe('the month in which a fact lies', () => {
  test("comes from the call's id, so that a fact rebuilt with another time meets itself", () => {
    const early = fact('LegAnswered', { callId: 'main-1795431600.17', at: NOON }, {});
    const late = fact('LegAnswered', { callId: 'main-1795431600.17', at: NOON + 40 * 86_400_000 }, {});
    expect(partitionedAt(early)).toBe('2026-11-23T11:00:00.000Z');
    expect(partitionedAt(late)).toBe(partitionedAt(early));
    expect(factKey(late)).toBe(factKey(early));
  });

  test.each(['main-pbx-1795431600.17', 'main-my.host-2-1795431600.17'])(
    'is read past the name of the system in %s',
    (callId) => {
      expect(partitionedAt(fact('LegAnswered', { callId }, {}))).toBe('2026-11-23T11:00:00.000Z');
    },
  );

  test('is the first of all for an id without a time, and always the same', () => {
    expect(partitionedAt(fact('LegAnswered', { callId: 'main-something' }, {}))).toBe('1970-01-01T00:00:00.000Z');
  });

  test('is that of its time for a fact about no call', () => {
    expect(partitionedAt(fact('PhoneReachable', { at: NOON }, { extension: '1001' }))).toBe(
      new Date(NOON).toISOString(),
    );
  });
});

describe('text on its way into jsonb', () => {
  test('loses what jsonb cannot hold, anywhere in the value, and nothing else', () => {
    const value = { 'a\0': ['x\ud800y', { b: '\udc00' }], emoji: '😀', n: 1, nothing: null };
    expect(storable(value)).toEqual({ 'a\ufffd': ['x\ufffdy', { b: '\ufffd' }], emoji: '😀', n: 1, nothing: null });
  });

  test('can be held whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (json, text) => {
        const stored = storable({ json, text });
        expect(JSON.stringify(stored)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        expect(storable(stored)).toEqual(stored);
      }),
    );
  });
});
