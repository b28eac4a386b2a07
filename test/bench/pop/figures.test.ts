import { expect, test } from 'vitest';
import { lastLine, missedGoals, type RateFigures } from './figures.ts';

const rate = (callsPerSecond: number, changes: Partial<RateFigures> = {}): RateFigures => ({
  callsPerSecond,
  p50Ms: 2,
  p95Ms: 5,
  p99Ms: 10,
  cpuMsPerCall: 8,
  postgresCpuMsPerCall: 4,
  rssMb: 250,
  offers: 10,
  lost: 0,
  rows: 10,
  ...changes,
});
const bare = [1, 10, 50].map((callsPerSecond) => ({ callsPerSecond, p50Ms: 1, p99Ms: 3 }));
const all = (last: Partial<RateFigures> = {}) => ({ rates: [rate(1), rate(10), rate(50, last)], bare });

test('a run that reaches all goals misses none', () => {
  expect(missedGoals(all())).toEqual([]);
});

test.each<[string, Partial<RateFigures>, RegExp]>([
  ['a late p99 at the highest rate', { p99Ms: 50 }, /p99 at 50 calls\/s/],
  ['a p50 more than three times the bare pipe’s', { p50Ms: 3.1 }, /p50 at 50 calls\/s is 3.1 times/],
  ['a lost call', { lost: 1 }, /1 lost at 50/],
  ['nothing measured at all', { p50Ms: Number.NaN, p99Ms: Number.NaN }, /p99/],
])('%s is a goal missed', (_, last, sentence) => {
  expect(missedGoals(all(last)).join()).toMatch(sentence);
});

test('the last line is the figures that programs read, and nothing else', () => {
  expect(JSON.parse(lastLine(all({ p50Ms: 1.23456 })))).toEqual({
    rates: [1, 10, 50].map((callsPerSecond) => ({
      callsPerSecond,
      p50Ms: callsPerSecond === 50 ? 1.23 : 2,
      p95Ms: 5,
      p99Ms: 10,
      cpuMsPerCall: 8,
      rssMb: 250,
      lost: 0,
      rows: 10,
    })),
    bare,
  });
});
