import { expect, test } from 'vitest';
import { callsOfCel, countCallsOfCdr } from './pbx-record.ts';

type Entry = {
  type: string;
  at: number;
  account?: string;
  id: string;
  linked?: string;
  number?: string;
  exten?: string;
};

const line = ({ type, at, account = '', id, linked = id, number = '', exten = '' }: Entry): string =>
  [type, at.toFixed(6), account, id, linked, 'PJSIP/x', number, '', '', exten, '', '', '', '', '', '']
    .map((field) => `"${field}"`)
    .join(',');

const file = (...entries: Entry[]): string => `${entries.map(line).join('\n')}\n`;

test('a call is what carries one id, its times are those of its first channel', () => {
  const csv = file(
    { type: 'CHAN_START', at: 100.25, id: '100.1', number: '74950300001', exten: '74950000100' },
    { type: 'ANSWER', at: 101, account: '100.1', id: '100.1' },
    { type: 'CHAN_START', at: 102, id: '102.2', linked: '100.1' },
    { type: 'BRIDGE_ENTER', at: 103, account: '100.1', id: '100.1' },
    { type: 'CHAN_END', at: 104.5, account: '100.1', id: '100.1' },
    { type: 'CHAN_END', at: 105, account: '100.1', id: '102.2', linked: '100.1' },
  );
  expect(callsOfCel(csv)).toEqual([
    {
      id: '100.1',
      number: '74950300001',
      dialled: '74950000100',
      startedAt: 100_250,
      endedAt: 104_500,
      lastAt: 105_000,
      talked: true,
    },
  ]);
});

test('a call that died with the PBX has no end, even when its last line was cut off', () => {
  const csv = `${file({ type: 'CHAN_START', at: 100, id: '100.1' })}"ANSWER","101.000`;
  expect(callsOfCel(csv)).toMatchObject([{ id: '100.1', endedAt: null, lastAt: 100_000, talked: false }]);
});

test('two calls that met stay two', () => {
  const csv = file(
    { type: 'CHAN_START', at: 100, id: '100.1' },
    { type: 'ANSWER', at: 100, account: '100.1', id: '100.1' },
    { type: 'CHAN_START', at: 101, id: '101.2' },
    { type: 'ANSWER', at: 101, account: '101.2', id: '101.2' },
    { type: 'HANGUP', at: 102, account: '101.2', id: '101.2', linked: '100.1' },
  );
  expect(callsOfCel(csv).map(({ id }) => id)).toEqual(['100.1', '101.2']);
});

test('what began before the part that was read is left out', () => {
  expect(callsOfCel(file({ type: 'CHAN_END', at: 100, id: '99.1' }))).toEqual([]);
});

test('call detail records of one call count once', () => {
  const cdr = (account: string, linked: string): string =>
    [account, '1.1', linked, ...Array.from({ length: 10 }, () => '')].map((field) => `"${field}"`).join(',');
  expect(countCallsOfCdr([cdr('1.1', '1.1'), cdr('1.1', '1.1'), cdr('', '2.1')].join('\n'))).toBe(2);
});
