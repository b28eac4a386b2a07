import { expect, it } from 'vitest';
import { dialTarget } from './dial-target.ts';

const plan = { country: 'RU', areaCode: '4712' };

it.each([
  ['8 (495) 000-01-11', '+74950000111'],
  ['00-01-12', '+74712000112'],
  ['1002', '1002'],
  ['*43', '*43'],
  [' 112 ', '112'],
])('%s is dialled as %s', (written, user) => {
  expect(dialTarget(written, plan)).toMatchObject({ kind: 'number', user });
});

it('does not dial what is not a number', () => {
  expect(dialTarget('Иванов', plan)).toEqual({ kind: 'unreadable' });
  expect(dialTarget('1002@elsewhere.example;x', plan)).not.toMatchObject({ user: expect.stringContaining('@') });
  expect(dialTarget('  ', plan)).toEqual({ kind: 'empty' });
});
