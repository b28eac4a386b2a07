/**
 * Rows of a file to which Asterisk appends: every field in double quotes, a quote inside doubled, a row an append. What it was
 * writing when it died is torn, and its next life writes on right behind it. A field may hold line breaks.
 *
 * Where a row begins can be told for certain: `starts` matches an opening quote, plain text and `","`, which no field can hold,
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

/** What the rows of a file look like: how one begins, and how many fields it has. */
export type RowShape = { starts: RegExp; columns: number };

/** All rows that are complete in `chunk`. Bytes that are not UTF-8 become U+FFFD. Never throws. */
export function takeRows(chunk: Buffer, shape: RowShape): Rows {
  const rows: Row[] = [];
  let consumed = 0;
  let damaged = 0;
  let balanced = true;
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === QUOTE) balanced = !balanced;
    if (byte !== NEWLINE) continue;
    if (!balanced && !shape.starts.test(chunk.toString('latin1', at + 1, at + 260))) continue;
    const text = chunk.toString('utf8', consumed, at);
    const read = readRow(text, shape);
    if (read.fields !== null) rows.push({ fields: read.fields, offset: consumed });
    if (read.damaged) damaged++;
    consumed = at + 1;
    balanced = true;
  }
  if (chunk.length - consumed > LONGEST_ROW) return { rows, consumed: chunk.length, damaged: damaged + 1 };
  return { rows, consumed, damaged };
}

/** The row in this text, or the one that was written right behind a torn one. */
function readRow(text: string, shape: RowShape): { fields: string[] | null; damaged: boolean } {
  const fields = text.length > LONGEST_ROW || !shape.starts.test(text) ? null : splitFields(text, shape.columns);
  if (fields !== null) return { fields, damaged: false };
  for (let at = text.indexOf('"', 1); at !== -1; at = text.indexOf('"', at + 1)) {
    const behind = shape.starts.test(text.slice(at, at + 260)) ? splitFields(text.slice(at), shape.columns) : null;
    if (behind !== null) return { fields: behind, damaged: true };
  }
  return { fields: null, damaged: true };
}

/** Null when the text is not exactly one row. */
function splitFields(text: string, columns: number): string[] | null {
  const field = /"([^"]*(?:""[^"]*)*)"(?:,(?=")|$)/y;
  const fields: string[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) return null;
    fields.push((match[1] ?? '').replaceAll('""', '"'));
  }
  return fields.length === columns ? fields : null;
}
