import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../../test/fixtures/cel/scenarios.ts';
import { readTrace } from '../../../test/fixtures/cel/trace.ts';
import type { CelRecord } from './cel-record.ts';
import { parseChunk } from './parse.ts';

// Recorded: a call that was answered, whose lines the tests damage.
const { cel } = readTrace('answered-agent-hangs-up');
const LINES = cel.toString().split('\n').slice(0, -1);
const WHOLE = parseChunk(cel).records.map(({ record }) => record);

describe('the parser of cel.csv', () => {
  it('reads every line that Asterisk wrote', () => {
    for (const name of Object.keys(SCENARIOS)) expect(parseChunk(readTrace(name).cel).damaged, name).toBe(0);
    // LINKEDID_END, APP_* and the rest: nothing that we configured is left out.
    expect(WHOLE).toHaveLength(LINES.length);
  });

  it('leaves a line that is not complete for the next reading', () => {
    const torn = cel.subarray(0, cel.length - 20);
    const first = parseChunk(torn);
    const second = parseChunk(cel.subarray(first.consumed));
    expect([...first.records, ...second.records].map(({ record }) => record)).toEqual(WHOLE);
    expect(first.damaged + second.damaged).toBe(0);
  });

  it('reads a name with quotes, commas and a line break', () => {
    const name = 'Ива"нов, "1"\r\n"CHAN_END","1795333024.118973","';
    const line = (LINES[0] ?? '').replace('"",""', `"${name.replaceAll('"', '""')}",""`);
    const { records, damaged } = parseChunk(Buffer.from(`${line}\n${LINES[1]}\n`));
    expect(damaged).toBe(0);
    expect(records.map(({ record }) => record.kind)).toEqual(['CHAN_START', 'ANSWER']);
  });

  it('goes on behind a line that was torn when Asterisk was killed', () => {
    const glued = `${LINES[0]}\n${LINES[1]?.slice(0, 25)}${LINES[2]}\n${LINES[3]}\n`;
    const { records, damaged } = parseChunk(Buffer.from(glued));
    expect(records.map(({ record }) => record)).toEqual([WHOLE[0], WHOLE[2], WHOLE[3]]);
    expect(damaged).toBe(1);
  });

  it('gives up a line without an end, and reads what follows', () => {
    const endless = Buffer.from(`"CHAN_START","1795333024.1","${'x'.repeat(70_000)}`);
    const { consumed, damaged, records } = parseChunk(endless);
    expect({ consumed, damaged, records }).toEqual({ consumed: endless.length, damaged: 1, records: [] });
    const next = parseChunk(Buffer.concat([Buffer.from('xxx\n'), cel]));
    expect(next.records.map(({ record }) => record)).toEqual(WHOLE);
  });

  it('drops a line whose identifiers cannot be ones', () => {
    const forged = (LINES[0] ?? '').replace(WHOLE[0]?.id ?? '', '1 2\u0000');
    expect(parseChunk(Buffer.from(`${forged}\n`))).toMatchObject({ records: [], damaged: 1 });
  });

  it('never throws, whatever stands in the file, and always moves on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat(cel.length), (noise, at) => {
        const spoilt = Buffer.concat([cel.subarray(0, at), noise, Buffer.from('\n'), cel]);
        const { consumed, records } = parseChunk(spoilt);
        expect(consumed).toBeGreaterThan(0);
        expect(records.length).toBeGreaterThan(0);
      }),
    );
  });

  it('gives the same records wherever the file is cut into two readings', () => {
    fc.assert(
      fc.property(fc.nat(cel.length), (cut) => {
        expect(inPieces(cel, [cut])).toEqual(WHOLE);
      }),
    );
  });

  // (The one right behind it may have to wait for the one after that.)
  it('finds all records behind whatever one line was torn', () => {
    fc.assert(
      fc.property(fc.nat(LINES.length - 3), fc.nat(200), (index, keep) => {
        const torn = LINES.map((line, at) => (at === index ? line.slice(0, keep) : `${line}\n`)).join('');
        const found = inPieces(Buffer.from(torn), []);
        const rest = WHOLE.filter((_, at) => at !== index);
        expect(found.length >= rest.length && rest.every((record) => found.some((one) => same(one, record)))).toBe(
          true,
        );
      }),
    );
  });
});

function same(a: CelRecord, b: CelRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function inPieces(bytes: Buffer, cuts: readonly number[]): CelRecord[] {
  const records: CelRecord[] = [];
  let consumed = 0;
  for (const end of [...cuts, bytes.length]) {
    const piece = parseChunk(bytes.subarray(consumed, Math.max(end, consumed)));
    records.push(...piece.records.map(({ record }) => record));
    consumed += piece.consumed;
  }
  return records;
}
