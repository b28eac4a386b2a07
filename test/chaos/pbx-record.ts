/**
 * The PBX's own record of calls, read anew and simply, so that the bridge's reader is not the judge of itself. Columns: pbx/README.md.
 * A call is what carries one HEADSET_CALL; a channel that never got one belongs to its linked id.
 */
import { groupBy } from './group-by.ts';

export type RecordedCall = {
  /** The id of the call's first channel. */
  id: string;
  /** Of whoever called. */
  number: string;
  /** What was dialled. */
  dialled: string;
  /** Life of the first channel, in milliseconds since 1970 with their fraction; no end when the PBX died before it. */
  startedAt: number;
  endedAt: number | null;
  /** The last word about the call. */
  lastAt: number;
  /** Two parties heard each other. */
  talked: boolean;
};

type Row = { type: string; at: number; account: string; id: string; linked: string; number: string; exten: string };

export function callsOfCel(csv: string): RecordedCall[] {
  const rows = linesOf(csv, 16).map(
    ([type = '', at = '', account = '', id = '', linked = '', , number = '', , , exten = '']): Row => ({
      type,
      at: Number(at) * 1000,
      account,
      id,
      linked,
      number,
      exten,
    }),
  );
  const callOfChannel = new Map<string, string>();
  for (const { id, account, linked } of rows)
    if (account !== '' || !callOfChannel.has(id)) callOfChannel.set(id, account === '' ? linked : account);
  const rowsOfCall = groupBy(rows, ({ id }) => callOfChannel.get(id) ?? id);
  return [...rowsOfCall].map(([id, own]) => callOf(id, own)).filter((call) => call !== null);
}

/** Null for what began before the part of the file that was read. */
function callOf(id: string, rows: readonly Row[]): RecordedCall | null {
  const start = rows.find((row) => row.id === id && row.type === 'CHAN_START');
  if (start === undefined) return null;
  return {
    id,
    number: start.number,
    dialled: start.exten,
    startedAt: start.at,
    endedAt: rows.find((row) => row.id === id && row.type === 'CHAN_END')?.at ?? null,
    lastAt: Math.max(...rows.map(({ at }) => at)),
    talked: rows.some((row) => row.id === id && row.type === 'BRIDGE_ENTER'),
  };
}

/** How many different calls there are in the call detail records: those that died with the PBX have none. */
export function countCallsOfCdr(csv: string): number {
  return new Set(linesOf(csv, 13).map(([account = '', , linked = '']) => (account === '' ? linked : account))).size;
}

/** A line that was cut off, by the death of the PBX, has too few fields. */
function linesOf(csv: string, fields: number): string[][] {
  return csv
    .split('\n')
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, field = '']) => field.replaceAll('""', '"')))
    .filter((line) => line.length === fields);
}
