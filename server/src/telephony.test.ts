import { expect, test } from 'vitest';
import { telephonyOf } from './telephony.ts';

const NOW = 10_000;
const up = { up: true, beat: { pbx: 'ready', readOnly: false, outboxDepth: 0, liveCalls: 0 } } as const;
const connected = { connected: true, since: 1_000 };

test('all is well while the bridge is heard and the PBX is with it', () => {
  expect(telephonyOf(up, connected, NOW)).toEqual({ state: 'connected' });
  expect(telephonyOf({ up: true, beat: null }, connected, NOW)).toEqual({ state: 'connected' });
});

test('it tells since when calls may be missing', () => {
  const since = '2026-11-22T10:30:00.000Z';
  const unread = { up: true, beat: { ...up.beat, notReconciledSince: since } } as const;
  expect(telephonyOf(unread, connected, NOW)).toEqual({ state: 'connected', notReconciledSince: since });
});

test.each([
  ['the bridge is gone', { up: false, since: 4_000 }, connected, 6_000],
  ['the PBX is gone', up, { connected: false, since: 7_000 }, 3_000],
  ['nobody has ever seen the PBX', up, null, 0],
  ['the bridge says that it is not logged in', { up: true, beat: { ...up.beat, pbx: 'connecting' } }, connected, 0],
] as const)('it is disconnected while %s', (_why, link, pbx, ageMs) => {
  expect(telephonyOf(link, pbx, NOW)).toEqual({
    state: 'disconnected',
    since: new Date(NOW - ageMs).toISOString(),
    ageMs,
  });
});
