import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPhones, formatPhone, normalisePhone, type NumberingPlan, type PhoneNumber } from './phone-number.ts';

const kursk: NumberingPlan = { country: 'RU', areaCode: '4712' };
const moscow: NumberingPlan = { country: 'RU', areaCode: '495' };
const berlin: NumberingPlan = { country: 'DE', areaCode: '30' };
const plans = [
  kursk,
  moscow,
  berlin,
  { country: 'US', areaCode: '212' },
  { country: 'AR', areaCode: '11' },
  { country: 'XX', areaCode: '' },
];

const number = (e164: string, extension: string | null = null): PhoneNumber => ({ kind: 'number', e164, extension });

describe('normalisePhone', () => {
  it.each([
    ['+74950000111', '+74950000111'],
    ['+7 (495) 000-01-11', '+74950000111'],
    ['84950000111', '+74950000111'],
    ['8-495-000-01-11', '+74950000111'],
    ['8(495)0000111', '+74950000111'],
    ['74950000111', '+74950000111'],
    ['4950000111', '+74950000111'],
    ['(4712) 00-01-12', '+74712000112'],
    ['00-01-12', '+74712000112'],
    ['тел. 8 4712 00 01 12', '+74712000112'],
    ['т.8 4712 00 01 12', '+74712000112'],
    ['моб: 8 900 000 01 12', '+79000000112'],
    ['8000000112', '+78000000112'],
    ['+8 (495) 000-01-11', '+74950000111'],
    ['+7 8 495 000 01 11', '+74950000111'],
    ['tel:+7-495-000-01-11', '+74950000111'],
    ['sip:84950000111@carrier.example', '+74950000111'],
    ['＋７ ４９５ ０００ ０１ １１', '+74950000111'],
    ['8 495 000–01–11', '+74950000111'],
    ['8\u00a0495\u00a0000\u00a001\u00a011', '+74950000111'],
  ])('reads the domestic %s', (text, e164) => {
    expect(normalisePhone(text, kursk)).toEqual(number(e164));
  });

  it('completes seven digits by a code of three', () => {
    expect(normalisePhone('000-01-11', moscow)).toEqual(number('+74950000111'));
    expect(normalisePhone('000-01-11', kursk)).toEqual({ kind: 'text', text: '000-01-11' });
  });

  it.each([
    ['+49 30 1234567', '+49301234567'],
    ['+49 (0) 30 1234567', '+49301234567'],
    ['8-10-49-30-1234567', '+49301234567'],
    ['0049301234567', '+49301234567'],
    ['+84 95 000 01 11', '+84950000111'],
    ['+380 44 000 01 11', '+380440000111'],
    ['+1 212 010 0100', '+12120100100'],
  ])('reads the foreign %s', (text, e164) => {
    expect(normalisePhone(text, kursk)).toEqual(number(e164));
  });

  it('reads numbers of a country of varying length', () => {
    expect(normalisePhone('030 1234567', berlin)).toEqual(number('+49301234567'));
    expect(normalisePhone('+7 495 000 01 11', berlin)).toEqual(number('+74950000111'));
  });

  it.each([
    '8 4712 00-01-12 доб. 5',
    '8 4712 00-01-12, доб.5',
    '8 4712 00-01-12 (доб. 5)',
    '8 4712 00-01-12 добавочный 5',
    '8 4712 00-01-12 вн. 5',
    '8 4712 00-01-12 ext. 5',
    '8 4712 00-01-12 x5',
    '8 4712 00-01-12 х5',
    '8 4712 00-01-12#5',
    '84712000112w5',
    '84712000112p5',
    '84712000112,,5',
    'tel:+7-4712-00-01-12;ext=5',
  ])('parts the extension from %s', (text) => {
    expect(normalisePhone(text, kursk)).toEqual(number('+74712000112', '5'));
  });

  it.each(['03', '112', '102', '1001', '12345'])('leaves the short code %s as it is dialled', (digits) => {
    expect(normalisePhone(digits, kursk)).toEqual({ kind: 'short', digits });
  });

  it.each([
    '',
    '  ',
    'anonymous',
    'Anonymous',
    'unknown',
    'Restricted',
    'Unavailable',
    'No Caller ID',
    'скрыт',
    'Номер скрыт',
    'Неизвестен',
  ])('takes "%s" for a hidden number', (text) => {
    expect(normalisePhone(text, kursk)).toEqual({ kind: 'hidden' });
  });

  it.each([
    'нет телефона',
    'Иванов 8 495 000 01 11',
    '8 495 000 01',
    '8 495 000 01 11 22',
    '0123456789',
    '+999 1234567',
    '+112',
    '+',
    '*100#',
    '1',
    '1001 доб. 5',
    '12.05.2026',
    '\0',
    '٠١٢٣',
  ])('keeps "%s" as text', (text) => {
    expect(normalisePhone(` ${text} `, kursk)).toEqual({ kind: 'text', text });
  });
});

describe('findPhones', () => {
  it.each([
    [
      '8 495 000-01-11, 8 4712 00-01-12 доб. 5; +49 30 1234567',
      [number('+74950000111'), number('+74712000112', '5'), number('+49301234567')],
    ],
    ['84950000111 84950000112', [number('+74950000111'), number('+74950000112')]],
    ['8 495 000 01 11 8 495 000 01 12', [number('+74950000111'), number('+74950000112')]],
    ['8 495 000-01-11/8 495 000-01-12', [number('+74950000111'), number('+74950000112')]],
    ['00-01-12, 00-01-13', [number('+74712000112'), number('+74712000113')]],
    ['+7 495 000-01-11 или 112', [number('+74950000111'), { kind: 'short', digits: '112' }]],
    ['мама 8 900 000-01-12 (после 18), папа 8 900 000-01-13', [number('+79000000112'), number('+79000000113')]],
    ['раб. 8 4712 00-01-12 доб. 5 (Пётр)', [number('+74712000112', '5')]],
    ['8 495 000-01-11, +7 495 000 01 11', [number('+74950000111')]],
    [
      'д. 12, индекс 305000',
      [
        { kind: 'text', text: 'д. 12' },
        { kind: 'text', text: 'индекс 305000' },
      ],
    ],
    ['нет', [{ kind: 'text', text: 'нет' }]],
    ['', []],
  ] satisfies [string, PhoneNumber[]][])('finds the numbers of "%s"', (text, expected) => {
    expect(findPhones(text, kursk)).toEqual(expected);
  });
});

describe('formatPhone', () => {
  it.each([
    ['+74950000111', '8 (495) 000-01-11'],
    ['+74712000112', '8 (4712) 00-01-12'],
    ['+49301234567', '+49 30 1234567'],
    ['1001', '1001'],
    ['<b>', '<b>'],
  ])('shows %s as %s', (e164, shown) => {
    expect(formatPhone(e164, 'RU', '4712')).toBe(shown);
  });
});

describe('for any text', () => {
  const fragment = fc.constantFrom(
    '+',
    '8',
    '7',
    '+7',
    '810',
    '00',
    '(',
    ')',
    ' ',
    '-',
    ',',
    ';',
    '/',
    '.',
    'доб. ',
    'ext',
    '#',
    'w',
    'тел. ',
    '@',
  );
  const digits = fc.stringMatching(/^[0-9]{1,12}$/);
  const telephonic = fc.array(fc.oneof(fragment, digits), { maxLength: 12 }).map((parts) => parts.join(''));
  const anyText = fc.oneof(telephonic, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }));
  const anyPlan = fc.constantFrom(...plans);
  const runs = { numRuns: 2_000 };

  it('reading an e164 again gives the same e164', () => {
    fc.assert(
      fc.property(anyText, anyPlan, (text, plan) => {
        const phone = normalisePhone(text, plan);
        if (phone.kind === 'number') expect(normalisePhone(phone.e164, plan)).toEqual(number(phone.e164));
      }),
      runs,
    );
  });

  it('reading a shown number gives the same e164', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.stringMatching(/^\+7[3-9]\d{9}$/)),
        fc.constantFrom(kursk, moscow),
        (text, plan) => {
          const phone = normalisePhone(text, plan);
          if (phone.kind === 'number')
            expect(normalisePhone(formatPhone(phone.e164, plan.country, plan.areaCode), plan)).toEqual(
              number(phone.e164),
            );
        },
      ),
      runs,
    );
  });

  it('every digit is from the text, the country code or the area code, in order', () => {
    const countryCodes: Record<string, string> = { RU: '7', DE: '49', US: '1', AR: '54' };
    fc.assert(
      fc.property(anyText, anyPlan, (text, plan) => {
        const phone = normalisePhone(text, plan);
        if (phone.kind !== 'number') return;
        const plain = text
          .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
          .replace(/\D/g, '');
        const source = (countryCodes[plan.country] ?? '') + plan.areaCode + plain;
        let at = 0;
        for (const digit of source) if (digit === phone.e164[at + 1]) at += 1;
        expect(at, `${phone.e164} from ${source}`).toBe(phone.e164.length - 1);
      }),
      runs,
    );
  });

  it('finding the numbers of a list is the same as reading each', () => {
    const written = fc.stringMatching(/^8[3489]\d{9}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(written, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(', ', '; ', '\n', ' / ', ' '),
        (texts, separator) => {
          expect(findPhones(texts.join(separator), kursk)).toEqual(texts.map((text) => normalisePhone(text, kursk)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('it answers, never throws, and long texts take no longer than their length', () => {
    fc.assert(
      fc.property(anyText, anyPlan, (text, plan) => {
        normalisePhone(text, plan);
        findPhones(text, plan);
        formatPhone(text, plan.country, plan.areaCode);
      }),
      runs,
    );
    for (const piece of ['8', '8 ', '+', '(', ' ', ',', 'доб. ', '1 доб', '8-495-000-01-11 ', 'x1', '#', 'т.']) {
      const started = process.cpuUsage();
      normalisePhone(piece.repeat(100_000), kursk);
      findPhones(piece.repeat(100_000), kursk);
      formatPhone(piece.repeat(100_000), 'RU', '4712');
      expect(process.cpuUsage(started).user / 1_000, piece).toBeLessThan(500);
    }
  });
});
