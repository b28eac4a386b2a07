/** How figures are written: times that pass, money, dates in the organisation's zone. Pure: the instant always comes in. */
import type { Locale } from '@headset/server/contract/session.ts';

const localeTag: Record<Locale, string> = { ru: 'ru-RU', en: 'en-GB' };

/** Milliseconds as a running timer shows them: 0:07, 12:34, 1:02:03. Never negative. */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** Minor units (kopecks, cents) as money of the locale: 1 245 050 → 12 450,50 ₽. Whole amounts are written without the fraction. */
export function formatMoney(minor: number, currency: string, locale: Locale): string {
  const format = new Intl.NumberFormat(localeTag[locale], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
  });
  return format.format(minor / 100);
}

/** Time of day in the organisation's zone: 14:05. */
export function formatTime(iso: string, locale: Locale, zone: string, withSeconds = false): string {
  return new Intl.DateTimeFormat(localeTag[locale], {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
  }).format(new Date(iso));
}

/** Date and time in the organisation's zone: today only the time, otherwise 21.11 14:05, with the year when it is another. */
export function formatMoment(iso: string, locale: Locale, zone: string, now: Date, withSeconds = false): string {
  const date = new Date(iso);
  const day = dayKey(date, zone);
  const today = dayKey(now, zone);
  const time = formatTime(iso, locale, zone, withSeconds);
  if (day === today) return time;
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  const dayText = new Intl.DateTimeFormat(localeTag[locale], {
    timeZone: zone,
    day: '2-digit',
    month: '2-digit',
    ...(sameYear ? {} : { year: '2-digit' }),
  }).format(date);
  return `${dayText} ${time}`;
}

/** The calendar day in a zone, as 2026-11-22: days compare as text. */
export function dayKey(date: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    date,
  );
}
