import { expect, it } from 'vitest';
import { startOfDay } from './zone.ts';

it.each([
  ['2026-11-22T07:00:00Z', 'Europe/Moscow', 0, '2026-11-21T21:00:00.000Z'],
  ['2026-11-22T21:30:00Z', 'Europe/Moscow', 0, '2026-11-22T21:00:00.000Z'],
  ['2026-11-22T07:00:00Z', 'Europe/Moscow', 1, '2026-11-20T21:00:00.000Z'],
  ['2026-03-01T07:00:00Z', 'Asia/Kamchatka', 1, '2026-02-27T12:00:00.000Z'],
  // The clocks went forward that night: the day began by the old offset.
  ['2026-03-29T12:00:00Z', 'Europe/Berlin', 0, '2026-03-28T23:00:00.000Z'],
  ['2026-03-30T12:00:00Z', 'Europe/Berlin', 0, '2026-03-29T22:00:00.000Z'],
  // Six days back across the change.
  ['2026-03-30T12:00:00Z', 'Europe/Berlin', 6, '2026-03-23T23:00:00.000Z'],
])('at %s in %s, the day %d back began at %s', (now, zone, back, begins) => {
  expect(startOfDay(new Date(now), zone, back).toISOString()).toBe(begins);
});
