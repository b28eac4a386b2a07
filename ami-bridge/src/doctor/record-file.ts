/** Looks at the end of a record of calls (`cel.csv`): is it there, is it ours, is it written. */
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CelRecord } from '../cel/cel-record.ts';
import { parseChunk } from '../cel/parse.ts';
import type { RecordFacts } from './facts.ts';

/** Some hundred entries. */
const TAIL_BYTES = 64 * 1024;
/** The PBX writes an entry within milliseconds; a network file system shows it within seconds. */
const PROBE_MS = 3_000;
const LOOK_AGAIN_MS = 100;

/**
 * @param folder with cel.csv; undefined where no record is read
 * @param probeId a channel that the record must have by now, null for none
 */
export async function lookAtRecord(folder: string | undefined, probeId: string | null): Promise<RecordFacts> {
  if (folder === undefined) return { source: 'none' };
  const file = path.join(folder, 'cel.csv');
  const deadline = Date.now() + PROBE_MS;
  for (;;) {
    const facts = await look(file, probeId);
    const mayCome =
      probeId !== null && facts.source === 'file' && !(facts.state === 'readable' && facts.hasProbe === true);
    if (!mayCome || Date.now() > deadline) return facts;
    await delay(LOOK_AGAIN_MS);
  }
}

async function look(file: string, probeId: string | null): Promise<RecordFacts> {
  const tail = await readTail(file);
  if (typeof tail === 'string') return { source: 'file', file, state: tail };
  const { records, damaged } = parseChunk(tail);
  // The first line of a tail may be cut.
  if (records.length === 0 && damaged > 1) return { source: 'file', file, state: 'foreign' };
  const entries = records.map(({ record }) => record);
  const last = entries.at(-1);
  return {
    source: 'file',
    file,
    state: 'readable',
    lastAgeSeconds: last === undefined ? null : Math.max(0, Math.round(Date.now() / 1000 - last.at / 1_000_000)),
    hasProbe: probeId === null ? null : entries.some(({ id }) => id === probeId),
    foreignCallIds: entries.some(isForeign),
  };
}

/** A call's id is that of a channel: seconds since 1970, a dot, a number. An account code is a word or a short number. */
function isForeign({ headsetCall }: CelRecord): boolean {
  return headsetCall !== null && !/\d{9,}\.\d+$/.test(headsetCall);
}

async function readTail(file: string): Promise<Buffer | 'missing' | 'unreadable'> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'missing' : 'unreadable';
  }
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return tail;
  } finally {
    await handle.close();
  }
}
