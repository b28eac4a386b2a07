import { describe, expect, it } from 'vitest';
import { JOURNAL_FORMAT, readJournal } from './journal-line.ts';

const epoch = '0e6ad0ea-2c11-4a8e-8a3b-0d5d2f1c9a10';
const head = (patch: object = {}): string => JSON.stringify({ format: JOURNAL_FORMAT, pbxId: 'main', epoch, ...patch });
const delivery = (seq: number) => ({
  seq,
  event: {
    v: 1,
    pbxId: 'main',
    callId: '',
    legId: '',
    ordinal: seq,
    occurredAt: '2026-11-22T07:00:00.000Z',
    kind: 'PhoneReachable',
    extension: '1001',
  },
});
const line = (...seqs: number[]): string => JSON.stringify({ deliveries: seqs.map(delivery) });
const seqs = (text: string): number[] => readJournal(text, 'main').deliveries.map(({ seq }) => seq);

describe('reading an outbox file', () => {
  it('gives the facts that nobody has acknowledged', () => {
    expect(seqs([head(), line(1, 2), '{"acknowledged":1}', line(3), ''].join('\n'))).toEqual([2, 3]);
  });

  it('leaves out a last line that was torn, wherever it was torn', () => {
    const whole = [head(), line(1)].join('\n');
    const last = line(2);
    for (let length = 1; length < last.length; length++) {
      const recovered = readJournal(`${whole}\n${last.slice(0, length)}`, 'main');
      expect(recovered.deliveries.map(({ seq }) => seq)).toEqual([1]);
      expect(recovered.damagedLines).toBe(1);
    }
  });

  it('keeps the facts of a file whose calls have another shape, and leaves its calls to the snapshot', () => {
    const older = [head({ format: 0 }), JSON.stringify({ deliveries: [delivery(1)], calls: { '1.1': {} } })].join('\n');
    const recovered = readJournal(older, 'main');
    expect(recovered.deliveries).toHaveLength(1);
    expect(recovered.calls.size).toBe(0);
  });

  it('takes nothing from a file of another PBX, an empty one or garbage', () => {
    expect(seqs([head({ pbxId: 'other' }), line(1)].join('\n'))).toEqual([]);
    expect(seqs('')).toEqual([]);
    expect(seqs('\0\0\0\n\0')).toEqual([]);
  });
});
