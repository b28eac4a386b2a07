import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OncePerSecond, waitingOf } from './waiting.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('those who wait are counted, and the longest has the age', () => {
  expect(waitingOf([4_000, 1_000, 3_000], 10_000)).toEqual({ waiting: 3, longestAgeMs: 9_000 });
  expect(waitingOf([], 10_000)).toEqual({ waiting: 0, longestAgeMs: 0 });
  expect(waitingOf([10_500], 10_000)).toEqual({ waiting: 1, longestAgeMs: 0 });
});

test('a change is told at once, a storm once a second, and its end is not forgotten', () => {
  const told: string[] = [];
  const once = new OncePerSecond((key) => told.push(key));
  once.want('olga');
  expect(told).toEqual(['olga']);
  for (let i = 0; i < 100; i++) once.want('olga');
  once.want('pavel');
  expect(told).toEqual(['olga', 'pavel']);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['olga', 'pavel', 'olga']);
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(3);
  once.want('olga');
  expect(told).toHaveLength(4);
  once.close();
});
