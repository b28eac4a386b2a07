/** The screen's language: phrases by key, and figures as that language and the organisation write them. */
import { formatPhone, normalisePhone } from '@headset/server/contract/phone-number.ts';
import type { Locale, Session } from '@headset/server/contract/session.ts';
import { createContext } from 'svelte';
import { dictionaries, type Key, type Source } from './dictionary.ts';
import { formatMoment, formatMoney, formatTime } from './format.ts';
import { translate, type Arguments } from './translate.ts';

type Organisation = Pick<Session['organisation'], 'zone' | 'country' | 'areaCode'>;

export class I18n {
  readonly #locale: () => Locale;
  readonly #organisation: () => Organisation;

  constructor(locale: () => Locale, organisation: () => Organisation) {
    this.#locale = locale;
    this.#organisation = organisation;
  }

  get locale(): Locale {
    return this.#locale();
  }

  /** How the organisation reads and dials numbers. */
  get plan(): { country: string; areaCode: string } {
    return this.#organisation();
  }

  get zone(): string {
    return this.#organisation().zone;
  }

  readonly t = <K extends Key>(key: K, ...[parameters]: Arguments<Source[K]>): string =>
    translate(dictionaries[this.locale][key], this.locale, parameters);

  /** The language's own name of something that the server names in both. */
  readonly name = (named: { nameRu: string; nameEn: string }): string =>
    this.locale === 'ru' ? named.nameRu : named.nameEn;

  /** A number as this country writes it; what cannot be read as a whole number stays as it is. */
  readonly phone = (number: string): string => {
    const read = normalisePhone(number, this.plan);
    return read.kind === 'number' ? formatPhone(read.e164, this.plan.country, this.plan.areaCode) : number;
  };

  readonly money = (minor: number, currency: string): string => formatMoney(minor, currency, this.locale);
  readonly time = (iso: string, withSeconds = false): string => formatTime(iso, this.locale, this.zone, withSeconds);
  readonly moment = (iso: string, withSeconds = false): string =>
    formatMoment(iso, this.locale, this.zone, new Date(), withSeconds);
}

export const [useI18n, setI18n] = createContext<I18n>();
