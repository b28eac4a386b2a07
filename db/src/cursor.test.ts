import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, InvalidCursorError, pageFrom, uuidPattern } from './cursor.ts';

const id = '01a2021d-fa7b-769c-ac76-bc2fabc237a3';

describe('cursors', () => {
  it('come back as they went', () => {
    expect(decodeCursor(encodeCursor(['ёж', id]), [/^/, uuidPattern])).toEqual(['ёж', id]);
  });

  it.each([
    '',
    'x',
    'bnVsbA',
    encodeCursor([id]),
    encodeCursor(['a', 'no id']),
    encodeCursor(['a\0', id]),
    encodeCursor(['a', id, 'b']),
  ])('are refused when they are not ours: %s', (cursor) => {
    expect(() => decodeCursor(cursor, [/^/, uuidPattern])).toThrow(InvalidCursorError);
  });

  it('are given only when more rows follow', () => {
    expect(pageFrom(['a', 'b'], 2, (last) => [last])).toEqual({ items: ['a', 'b'], nextCursor: null });
    expect(pageFrom(['a', 'b', 'c'], 2, (last) => [last])).toEqual({
      items: ['a', 'b'],
      nextCursor: encodeCursor(['b']),
    });
  });
});
