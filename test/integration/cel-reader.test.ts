import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseChunk } from '../../ami-bridge/src/cel/parse.ts';
import { BEGINNING, endOf, readSince, type Checkpoint } from '../../ami-bridge/src/cel/reader.ts';
import { readTrace } from '../fixtures/cel/trace.ts';

const { cel, records } = readTrace('interleaved');
const LINES = cel.toString().split(/(?<=\n)/);
const KINDS = records.map(({ kind, id }) => `${kind} ${id}`);

describe('the reader of cel.csv', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headset-cel-'));
    file = path.join(folder, 'cel.csv');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Everything behind the checkpoint, in small pieces. */
  async function readOn(from: Checkpoint, pieceBytes = 700) {
    const kinds: string[] = [];
    let gaps = 0;
    let checkpoint = from;
    for (let more = true; more;) {
      const reading = await readSince(file, checkpoint, parseChunk, pieceBytes);
      if (reading === null) break;
      kinds.push(...reading.parsed.records.map(({ record }) => `${record.kind} ${record.id}`));
      gaps += Number(reading.gap);
      checkpoint = reading.checkpoint;
      more = reading.more;
    }
    return { kinds, gaps, checkpoint };
  }

  it('reads on where it stopped, while the file grows in the middle of lines', async () => {
    let checkpoint = BEGINNING;
    const read: string[] = [];
    for (let at = 0; at < cel.length; at += 1_000) {
      appendFileSync(file, cel.subarray(at, at + 1_000));
      const reading = await readOn(checkpoint);
      read.push(...reading.kinds);
      checkpoint = reading.checkpoint;
    }
    expect(read).toEqual(KINDS);
  });

  it('reads nothing, and loses nothing, before there is a file', async () => {
    expect(await readSince(file, BEGINNING, parseChunk)).toBeNull();
    expect(await endOf(file)).toBeNull();
    writeFileSync(file, cel);
    expect((await readOn(BEGINNING)).kinds).toEqual(KINDS);
  });

  it('finishes a file that was renamed, and then reads its successors', async () => {
    writeFileSync(file, LINES.slice(0, 10).join(''));
    const first = await readOn(BEGINNING);
    appendFileSync(file, LINES.slice(10, 14).join(''));
    renameSync(file, path.join(folder, 'cel.csv.2'));
    writeFileSync(file, LINES.slice(14, 20).join(''));
    renameSync(file, path.join(folder, 'cel.csv.1'));
    writeFileSync(file, LINES.slice(20).join(''));
    const second = await readOn(first.checkpoint);
    expect([...first.kinds, ...second.kinds]).toEqual(KINDS);
    expect(second.gaps).toBe(0);
  });

  it('tells a gap when the file was cut short, and reads what is there', async () => {
    writeFileSync(file, cel);
    const { checkpoint } = await readOn(BEGINNING);
    truncateSync(file);
    appendFileSync(file, LINES.slice(0, 3).join(''));
    expect(await readOn(checkpoint)).toMatchObject({ kinds: KINDS.slice(0, 3), gaps: 1 });
  });

  it('tells a gap when the file is another one', async () => {
    writeFileSync(file, LINES.slice(0, 3).join(''));
    const { checkpoint } = await readOn(BEGINNING);
    rmSync(file);
    writeFileSync(path.join(folder, 'in-between'), '');
    writeFileSync(file, cel);
    expect(await readOn({ ...checkpoint, file: `${checkpoint.file}-gone` })).toMatchObject({ kinds: KINDS, gaps: 1 });
  });

  it('begins at the end of a record whose past is not ours', async () => {
    writeFileSync(file, LINES.slice(0, 10).join(''));
    const end = await endOf(file);
    appendFileSync(file, LINES.slice(10).join(''));
    expect((await readOn(end ?? BEGINNING)).kinds).toEqual(KINDS.slice(10));
  });
});
