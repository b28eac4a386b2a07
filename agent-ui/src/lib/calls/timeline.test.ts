import { expect, it } from 'vitest';
import { callDetail } from '../gallery/fixtures.ts';
import { rowsInSight } from './rows-in-sight.ts';
import { timelineOf } from './timeline.ts';

it('draws the caller first, then the queues, then the phones that rang', () => {
  const { rows } = timelineOf(callDetail, '2026-11-22T08:00:00Z');
  expect(rows.map((row) => row.kind)).toEqual(['leg', 'visit', 'leg', 'leg']);
});

it('parts ringing from talking, and leaves nothing out of the axis', () => {
  const { rows } = timelineOf(callDetail, '2026-11-22T08:00:00Z');
  expect(rows.at(-1)?.segments.map((segment) => segment.kind)).toEqual(['ringing', 'talking']);
  for (const { from, to } of rows.flatMap((row) => row.segments)) {
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeLessThanOrEqual(1);
    expect(to).toBeGreaterThan(from);
  }
});

it('lets a live call run up to now', () => {
  const live = { ...callDetail, endedAt: null, legs: callDetail.legs.map((leg) => ({ ...leg, endedAt: null })) };
  const { endMs, rows } = timelineOf(live, '2026-11-22T07:20:00Z');
  expect(endMs).toBe(Date.parse('2026-11-22T07:20:00Z'));
  expect(rows[0]?.segments.at(-1)?.to).toBe(1);
});

it('draws the rows in sight of a long list, and some around them', () => {
  expect(rowsInSight({ count: 5, rowPx: 44, scrolledPx: 0, heightPx: 600 })).toEqual({ from: 0, to: 5 });
  const sight = rowsInSight({ count: 10_000, rowPx: 44, scrolledPx: 44_000, heightPx: 600 });
  expect(sight.from).toBeLessThan(1000);
  expect(sight.to).toBeGreaterThan(1014);
  expect(sight.to - sight.from).toBeLessThan(60);
});
