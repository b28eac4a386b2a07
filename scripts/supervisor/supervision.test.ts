import { describe, expect, it } from 'vitest';
import { afterEnd, hung, limits, type Life } from './supervision.ts';

const lives = (life: Life) => new Map([['bridge', life]]);

describe('a part is hung', () => {
  it('when it has been silent for more than five seconds', () => {
    const life = { silentMs: 5_000, startedAt: 0, lastBeatAt: 10_000 };
    expect(hung(lives(life), 14_500, 15_000)).toEqual([]);
    expect(hung(lives(life), 14_501, 15_001)).toEqual(['bridge']);
  });

  it('only after half a minute while it has not beaten at all, since it may be loading', () => {
    const life = { silentMs: 5_000, startedAt: 0, lastBeatAt: null };
    expect(hung(lives(life), 29_500, 30_000)).toEqual([]);
    expect(hung(lives(life), 29_501, 30_001)).toEqual(['bridge']);
  });

  it('never by the word of a supervisor that slept itself', () => {
    const life = { silentMs: 5_000, startedAt: 0, lastBeatAt: 10_000 };
    expect(hung(lives(life), 12_000, 12_000 + limits.ownSleepMs + 1)).toEqual([]);
    expect(hung(lives(life), 59_000, 61_001)).toEqual([]);
  });
});

describe('a part that ends by itself', () => {
  it('is restarted at once the first time, and later each further time', () => {
    let ends: number[] = [];
    const waits: (number | 'give_up')[] = [];
    for (const at of [1_000, 2_000, 3_000, 4_000]) {
      const answer = afterEnd(ends, at);
      ends = answer.ends;
      waits.push(answer.then.kind === 'restart' ? answer.then.afterMs : 'give_up');
    }
    expect(waits).toEqual([0, 500, 1_000, 2_000]);
  });

  it('is given up at its fifth end within a minute', () => {
    expect(afterEnd([0, 10_000, 20_000, 30_000], 59_999).then).toEqual({ kind: 'give_up', ends: 5 });
  });

  it('is forgiven ends that are more than a minute old', () => {
    expect(afterEnd([0, 10_000, 20_000, 30_000], 60_000)).toEqual({
      ends: [10_000, 20_000, 30_000, 60_000],
      then: { kind: 'restart', afterMs: 2_000 },
    });
    expect(afterEnd([0, 1_000, 2_000, 3_000], 70_000).then).toEqual({ kind: 'restart', afterMs: 0 });
  });
});
