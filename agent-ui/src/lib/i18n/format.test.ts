import { describe, expect, it } from 'vitest';
import { formatElapsed, formatMoment, formatMoney, formatTime } from './format.ts';

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('figures', () => {
  it.each([
    [0, '0:00'],
    [7_999, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('%d ms have passed: %s', (elapsedMs, text) => {
    expect(formatElapsed(elapsedMs)).toBe(text);
  });

  it('write money as the language does, without a fraction that is nothing', () => {
    expect(plain(formatMoney(1_245_050, 'RUB', 'ru'))).toBe('12 450,50 ₽');
    expect(plain(formatMoney(120_000, 'RUB', 'ru'))).toBe('1 200 ₽');
    expect(plain(formatMoney(-120_000, 'EUR', 'en'))).toBe('-€1,200');
  });

  it('write times in the organisation’s zone, wherever the browser is', () => {
    expect(formatTime('2026-11-22T07:14:10Z', 'ru', 'Europe/Moscow')).toBe('10:14');
    expect(formatTime('2026-11-22T07:14:10Z', 'en', 'Asia/Yekaterinburg', true)).toBe('12:14:10');
  });

  it('leave out of a date what goes without saying', () => {
    const now = new Date('2026-11-22T21:30:00Z'); // already the 23rd in Moscow
    expect(formatMoment('2026-11-22T21:05:00Z', 'ru', 'Europe/Moscow', now)).toBe('00:05');
    expect(formatMoment('2026-11-22T20:05:00Z', 'ru', 'Europe/Moscow', now)).toBe('22.11 23:05');
    expect(formatMoment('2025-12-30T09:30:00Z', 'ru', 'Europe/Moscow', now)).toBe('30.12.25 12:30');
  });
});
