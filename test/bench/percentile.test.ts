import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

test('a percentile is a value that was measured, and no fewer than its share lie at or below it', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.2, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([1, 1, 3, 5, 5]);
});

test('of nothing there is no percentile', () => {
  expect(percentile([], 0.5)).toBeNaN();
});
