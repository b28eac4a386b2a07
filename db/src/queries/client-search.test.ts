import { describe, expect, it } from 'vitest';
import { nameKey, routeSearch } from './client-search.ts';

describe('routeSearch', () => {
  it.each(['', '   ', '\n'])('shows everything for "%s"', (text) => {
    expect(routeSearch(text)).toEqual({ by: 'everything' });
  });

  it.each([
    ['0111', '0111'],
    ['+7 (495) 000-01-11', '74950000111'],
    ['46 000 00 10', '460000010'],
    ['№ 460000010', '460000010'],
  ])('takes %s for digits', (text, digits) => {
    expect(routeSearch(text)).toEqual({ by: 'digits', digits });
  });

  it.each([
    ['Ив', 'ив', false],
    ['  Семёнова   Ольга ', 'семенова ольга', true],
    ['ул. Ленина, 5', 'ул. ленина, 5', true],
    ['50%', '50%', false],
    ['()', '()', false],
  ])('takes %s for words', (text, key, fallback) => {
    expect(routeSearch(text)).toEqual({ by: 'words', key, fallback });
  });

  it('never passes on what Postgres refuses in a text', () => {
    expect(nameKey('а\0б')).toBe('аб');
  });
});
