/** Opaque cursors of keyset paging: the sort keys of the last row sent, so that a page costs the same however deep it lies. */

export type Page<Row> = { items: Row[]; nextCursor: string | null };

/** The cursor that came in is not one of ours: the caller's mistake. */
export class InvalidCursorError extends Error {
  override name = 'InvalidCursorError';
}

export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The keys, exactly as many as `patterns`, each matching its pattern; throws InvalidCursorError. */
export function decodeCursor(cursor: string, patterns: readonly RegExp[]): string[] {
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursorError('not a cursor');
  }
  const valid =
    Array.isArray(keys) &&
    keys.length === patterns.length &&
    keys.every((key: unknown, i) => typeof key === 'string' && !key.includes('\0') && patterns[i]?.test(key));
  if (!valid) throw new InvalidCursorError('not a cursor of this list');
  return keys as string[];
}

export const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Makes a page of `rows` that were asked for with `limit + 1`: the one too many only tells that there are more. */
export function pageFrom<Row>(
  rows: readonly Row[],
  limit: number,
  keysOf: (last: Row) => readonly string[],
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(keysOf(last)) : null };
}
