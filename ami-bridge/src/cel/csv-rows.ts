/**
 * Rows of a file to which Asterisk appends: every field in double quotes, a quote inside doubled, a row an append. What it was
 * writing when it died is torn, and its next life writes on right behind it. A field may hold line breaks.
 *
 * Where a row begins can be told for certain: `startsRow` matches an opening quote, plain text and `","`, which no field can hold,
 * because its quotes are doubled.
 */

export type Row = {
  fields: string[];
  /** Where the row begins, in bytes from the beginning of the chunk. */
  offset: number;
};

export type Rows = {
  rows: Row[];
  /** Bytes that are done with. What follows is an unfinished row. */
  consumed: number;
  /** Rows that could not be read. */
  damaged: number;
};

/** Longer than any row that Asterisk writes; an unfinished row beyond it is given up. */
const LONGEST_ROW = 64 * 1024;
const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** All rows that are complete in `chunk`. Bytes that are not UTF-8 become U+FFFD. Never throws. */
export function takeRows(chunk: Buffer, startsRow: RegExp): Rows {
  const rows: Row[] = [];
  let consumed = 0;
  let damaged = 0;
  let balanced = true;
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === QUOTE) balanced = !balanced;
    if (byte !== NEWLINE) continue;
    if (!balanced && !startsRow.test(chunk.toString('latin1', at + 1, at + 80))) continue;
    const text = chunk.toString('utf8', consumed, at);
    const read = readRow(text, startsRow);
    if (read.fields !== null) rows.push({ fields: read.fields, offset: consumed });
    if (read.damaged) damaged++;
    consumed = at + 1;
    balanced = true;
  }
  if (chunk.length - consumed > LONGEST_ROW) return { rows, consumed: chunk.length, damaged: damaged + 1 };
  return { rows, consumed, damaged };
}

/** The row in this text, or the one that was written right behind a torn one. */
function readRow(text: string, startsRow: RegExp): { fields: string[] | null; damaged: boolean } {
  const fields = text.length > LONGEST_ROW ? null : splitFields(text);
  if (fields !== null) return { fields, damaged: false };
  for (let at = text.indexOf('"', 1); at !== -1; at = text.indexOf('"', at + 1)) {
    const rest = text.slice(at);
    const behind = startsRow.test(rest.slice(0, 80)) ? splitFields(rest) : null;
    if (behind !== null) return { fields: behind, damaged: true };
  }
  return { fields: null, damaged: true };
}

function splitFields(text: string): string[] | null {
  const field = /"((?:[^"]+|"")*)"(?:,(?=")|$)/y;
  const fields: string[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) return null;
    fields.push((match[1] ?? '').replaceAll('""', '"'));
  }
  return fields.length > 0 ? fields : null;
}
