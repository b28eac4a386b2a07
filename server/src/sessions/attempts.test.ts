import { expect, test } from 'vitest';
import { Attempts } from './attempts.ts';

test('attempts are refused when a window is full, and made again when it is over', () => {
  const attempts = new Attempts({ attempts: 3, windowMs: 60_000 });
  expect([1, 2, 3].map((at) => attempts.take('olga', at))).toEqual([0, 0, 0]);
  expect(attempts.take('olga', 30_001)).toBe(30);
  expect(attempts.take('pavel', 30_001)).toBe(0);
  expect(attempts.take('olga', 60_001)).toBe(0);
});

test('a good attempt is given back', () => {
  const attempts = new Attempts({ attempts: 1, windowMs: 60_000 });
  for (let at = 0; at < 10; at++) {
    expect(attempts.take('olga', at)).toBe(0);
    attempts.giveBack('olga');
  }
});

test('attempts in flight count, so that many at once do not slip through', () => {
  const attempts = new Attempts({ attempts: 2, windowMs: 60_000 });
  expect([attempts.take('olga', 0), attempts.take('olga', 0), attempts.take('olga', 0)]).toEqual([0, 0, 60]);
});

test('a flood of names is forgotten, the oldest first', () => {
  const attempts = new Attempts({ attempts: 1, windowMs: 60_000 });
  attempts.take('first', 0);
  for (let i = 0; i < 30_000; i++) attempts.take(`name ${i}`, 1);
  expect(attempts.take('first', 2)).toBe(0);
  expect(attempts.take('name 29999', 2)).toBe(60);
});
