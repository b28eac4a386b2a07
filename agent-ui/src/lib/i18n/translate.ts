/**
 * Phrases with parameters and plurals, checked by types: `t('desk.waiting', { count: 3 })`. Russian is the source; English must have
 * every key of it, and a test checks that both name the same parameters.
 */
import type { Locale } from '@headset/server/contract/session.ts';

/** The forms that CLDR asks of Russian and English; the choice is `Intl.PluralRules`' by the parameter `count`. */
export type Plural = { readonly one: string; readonly few: string; readonly many: string; readonly other: string };
export type Phrase = string | Plural;
export type Phrases = Readonly<Record<string, Phrase>>;

/** The same keys, each with the same kind of phrase. */
export type TranslationOf<Source extends Phrases> = {
  readonly [Key in keyof Source]: Source[Key] extends string ? string : Plural;
};

type ParameterNames<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | ParameterNames<Rest> : never;
type TextOf<Entry> = Entry extends Plural ? Entry['other'] : Entry;
type ParametersOf<Entry> = ParameterNames<TextOf<Entry>> | (Entry extends Plural ? 'count' : never);

/** The second argument of `t`: there only when the phrase has parameters, and then with exactly these. */
export type Arguments<Entry> = [ParametersOf<Entry>] extends [never]
  ? []
  : [{ readonly [Name in ParametersOf<Entry>]: string | number }];

/** Puts the parameters into the phrase; with a plural, picks the form first. Numbers are written by the locale's rules. */
export function translate(
  phrase: Phrase,
  locale: Locale,
  parameters: Readonly<Record<string, string | number>> = {},
): string {
  const text = typeof phrase === 'string' ? phrase : pluralForm(phrase, locale, Number(parameters.count));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

function pluralForm(plural: Plural, locale: Locale, count: number): string {
  const form = new Intl.PluralRules(locale).select(count);
  return form === 'one' || form === 'few' || form === 'many' ? plural[form] : plural.other;
}

/** Names of the parameters that a phrase mentions, sorted. For the test of completeness. */
export function parameterNames(phrase: Phrase): string[] {
  const text = typeof phrase === 'string' ? phrase : Object.values(phrase).join(' ');
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
}
