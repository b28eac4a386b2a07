import { describe, expect, test } from 'vitest';
import { readTrace } from '../../../test/fixtures/cel/trace.ts';
import type { Snapshot } from '../ami/snapshot.ts';
import { diedAt, fateOf } from './fate.ts';

// Recorded: two calls that died with the PBX, and one that came after it had started again.
const { records } = readTrace('pbx-killed');
const reborn = records.at(-1);
const dead = records.filter(({ linkedId }) => linkedId === records[0]?.linkedId);
const after = records.filter(({ id }) => id === reborn?.id);
const lastOfDead = dead.at(-1)?.at ?? 0;
const startedAt = (after[0]?.at ?? 0) - 100_000;

const snapshot = (over: Partial<Snapshot> = {}): Snapshot => ({
  takenAt: (reborn?.at ?? 0) + 1,
  pbxVersion: '22.10.1',
  pbxStartedAt: startedAt,
  clockOffsetMs: 0,
  channels: [],
  entries: [],
  members: [],
  devices: [],
  ...over,
});

describe('a call that the record leaves open', () => {
  test('died when all of it was written before the PBX started', () => {
    expect(fateOf(dead, snapshot())).toBe('died');
    expect(fateOf(dead, snapshot({ pbxStartedAt: null }))).toBe('gone');
    expect(fateOf(after.slice(0, 2), snapshot())).toBe('gone');
  });

  test('lives when the PBX still has one of its legs', () => {
    const blank = { number: null, callerName: null, exten: null, headsetCall: null, bridge: null };
    const channels = dead
      .filter(({ kind }) => kind === 'CHAN_START')
      .map(({ id, linkedId, channel, at }) => ({
        id,
        linkedId,
        channel,
        state: 'up' as const,
        startedAt: at,
        ...blank,
      }));
    expect(fateOf(dead, snapshot({ channels }))).toBe('lives');
  });

  test('is left to the events that follow when it began after the snapshot', () => {
    expect(fateOf(after, snapshot({ takenAt: startedAt }))).toBe('later');
  });
});

describe('the PBX died', () => {
  test('when its link broke, if it wrote nothing after that', () => {
    expect(diedAt([dead], snapshot(), lastOfDead + 1)).toBe(lastOfDead + 1);
    expect(diedAt([dead], snapshot(), lastOfDead - 1)).toBe(startedAt);
  });

  test('at some time before it started again, if nobody saw its link break', () => {
    expect(diedAt([dead], snapshot(), null)).toBe(startedAt);
    expect(diedAt([dead], snapshot(), startedAt + 1)).toBe(startedAt);
  });
});
