import { expect, it } from 'vitest';
import { glareDelayMs, reconnectDelayMs } from './backoff.ts';

it('tries the first reconnection well under half a second, and never waits longer than eight seconds', () => {
  expect(reconnectDelayMs(0, 0.99)).toBeLessThanOrEqual(250);
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    expect(reconnectDelayMs(attempt, 0)).toBeGreaterThanOrEqual(125);
    expect(reconnectDelayMs(attempt, 0.999)).toBeLessThanOrEqual(8000);
  }
});

it('spreads the attempts of many phones', () => {
  expect(reconnectDelayMs(5, 0.9) - reconnectDelayMs(5, 0.1)).toBeGreaterThan(3000);
});

it('waits after a crossing re-INVITE as RFC 3261 says', () => {
  expect([glareDelayMs(true, 0), glareDelayMs(true, 1), glareDelayMs(false, 0), glareDelayMs(false, 1)]).toEqual([
    2100, 4000, 0, 2000,
  ]);
});
