import { describe, expect, it } from 'vitest';
import { dictionaries, type Key } from './dictionary.ts';
import { parameterNames, translate, type Phrase } from './translate.ts';

const keys = Object.keys(dictionaries.ru) as Key[];

describe('the dictionaries', () => {
  it('have the same keys', () => {
    expect(Object.keys(dictionaries.en).sort()).toEqual([...keys].sort());
  });

  it('have words for each key, with the same parameters in both languages', () => {
    for (const key of keys) {
      const ru: Phrase = dictionaries.ru[key];
      const en: Phrase = dictionaries.en[key];
      expect(JSON.stringify(en), key).not.toMatch(/""/);
      expect(parameterNames(en), key).toEqual(parameterNames(ru));
    }
  });

  it('have no Russian letters in English', () => {
    for (const key of keys) expect(JSON.stringify(dictionaries.en[key]), key).not.toMatch(/[А-Яа-яЁё]/);
  });
});

describe('translate', () => {
  const offers = { one: '{count} вызов', few: '{count} вызова', many: '{count} вызовов', other: '{count} вызова' };

  it.each([
    [1, '1 вызов'],
    [3, '3 вызова'],
    [11, '11 вызовов'],
    [21, '21 вызов'],
    [1.5, '1,5 вызова'],
  ])('picks the Russian form for %d', (count, text) => {
    expect(translate(offers, 'ru', { count })).toBe(text);
  });

  it('puts text in as it is: what a caller is called cannot become a parameter', () => {
    expect(translate('Call: {who}', 'en', { who: '{count} $1 $&' })).toBe('Call: {count} $1 $&');
  });
});
