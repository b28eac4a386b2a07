import type { Call } from '@headset/server/contract/calls';
import { expect, test } from 'vitest';
import type { RecordedCall } from './pbx-record.ts';
import { judge } from './verdict.ts';

const START = Date.UTC(2026, 10, 22, 8);
const LOSS_KNOWN_AT = START + 60_000;

const recorded = (over: Partial<RecordedCall> = {}): RecordedCall => ({
  id: '100.1',
  number: '74950300001',
  dialled: '74950000100',
  startedAt: START + 0.4,
  endedAt: START + 9_000.4,
  lastAt: START + 9_000.4,
  talked: true,
  ...over,
});

const logged = (over: Partial<Call> = {}): Call => ({
  id: 'main-100.1',
  direction: 'inbound',
  number: '74950300001',
  numberE164: '+74950300001',
  callerName: null,
  dialled: '74950000100',
  client: null,
  queue: null,
  agent: { id: '01890000-0000-7000-8000-000000000001', name: 'Ольга' },
  startedAt: new Date(START).toISOString(),
  connectedAt: null,
  endedAt: new Date(START + 9_000).toISOString(),
  waitMs: 0,
  talkMs: 0,
  heldMs: 0,
  durationMs: 9_000,
  result: 'answered',
  endedBy: 'external',
  ...over,
});

const verdict = (record: RecordedCall[], log: Call[]) =>
  judge(record, log, { pbxId: 'main', lossKnownAt: LOSS_KNOWN_AT, answeredBy: new Map([['74950300001', 'Ольга']]) });

test('a log that says what the record says is right', () => {
  expect(verdict([recorded()], [logged()])).toMatchObject({ missing: [], duplicated: [], stuckLive: [] });
});

test.each<[string, Partial<Call>]>([
  ['number', { number: '74950300002' }],
  ['start', { startedAt: new Date(START + 500).toISOString() }],
  ['duration', { durationMs: 9_500 }],
  ['result', { result: 'abandoned' }],
  ['agent', { agent: null }],
])('a call with another %s is missing', (_, over) => {
  expect(verdict([recorded()], [logged(over)]).missing).toHaveLength(1);
});

test('a call that is not in the log is missing', () => {
  expect(verdict([recorded()], []).missing).toEqual(['74950300001 (main-100.1) is not in the log']);
});

test('a row that is no call of the record is a call told twice', () => {
  expect(verdict([recorded()], [logged(), logged({ id: 'main-100.2' })]).duplicated).toEqual(['main-100.2']);
});

test('a row that is said to live when none does is stuck', () => {
  const { stuckLive, missing } = verdict([recorded()], [logged({ result: 'live', endedAt: null })]);
  expect([stuckLive, missing]).toEqual([['main-100.1'], ['74950300001 (main-100.1): has no end']]);
});

test('a call that died with the PBX ends between its last sign and the moment when that was known', () => {
  const lost = recorded({ endedAt: null, lastAt: START + 5_000 });
  const row = logged({ result: 'pbx_lost' });
  expect(verdict([lost], [row]).missing).toEqual([]);
  expect(verdict([lost], [logged()]).missing).toHaveLength(1);
  const early = { endedAt: new Date(START + 4_000).toISOString(), durationMs: 4_000 };
  expect(verdict([lost], [{ ...row, ...early }]).missing).toHaveLength(1);
});
