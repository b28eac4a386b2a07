import { describe, expect, it } from 'vitest';
import { explain, Trouble } from './trouble.ts';

const refused = (code: string) => Object.assign(new Error(`${code}: open`), { code, path: '/srv/headset' });

describe('what went wrong is told', () => {
  it.each([
    [new Trouble('Stop it there.'), 'Stop it there.'],
    [refused('ENOSPC'), 'The disk is full: /srv/headset'],
    [refused('EROFS'), 'The disk cannot be written: /srv/headset'],
    [refused('EACCES'), 'This user has no right to do that: /srv/headset'],
  ])('in words: %s', (error, words) => expect(explain(error)).toBe(words));

  it('with its stack, when nobody thought of it', () => {
    expect(explain(new Error('what?'))).toMatch(/^Error: what\?\n\s+at /);
  });
});
