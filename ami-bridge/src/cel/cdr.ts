/**
 * `cdr.csv` as a cross-check: another part of Asterisk writes it, so a call that stands there and not in CEL was lost by the record
 * that everything is rebuilt from. Its columns are told in pbx/README.md.
 */
import { identifierOf } from '../ami/header.ts';
import { takeRows, type RowShape } from './csv-rows.ts';

const ROW: RowShape = { starts: /^"[\w.:/;@-]{0,120}","[\w.:/;@-]{1,120}"/, columns: 13 };

export type CdrChunk = { linkedIds: string[]; consumed: number; damaged: number };

/** Of the complete rows of `chunk`, what each was linked to: the same id as in CEL. Never throws. */
export function parseCdrChunk(chunk: Buffer): CdrChunk {
  const { rows, consumed, damaged } = takeRows(chunk, ROW);
  const linkedIds = rows.map(({ fields }) => identifierOf(fields[2] ?? ''));
  const readable = linkedIds.filter((id) => id !== null);
  return { linkedIds: readable, consumed, damaged: damaged + linkedIds.length - readable.length };
}

/** Calls that stand in CDR and not in CEL, each once. */
export function missingFromCel(cdrLinkedIds: Iterable<string>, celIds: ReadonlySet<string>): string[] {
  return [...new Set(cdrLinkedIds)].filter((id) => !celIds.has(id));
}
