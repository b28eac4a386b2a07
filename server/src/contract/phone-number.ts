/**
 * The one normaliser of phone numbers: caller ids, forms, search, imports, dialling. Runs in the server and in the browser.
 *
 * - It reads what people and exchanges write in the organisation's country, and foreign numbers written internationally.
 * - It asks whether a number is possible (country code known, length right), not whether it is in service: what libphonenumber calls
 *   invalid today may be tomorrow's numbering, and our own fictional numbers are invalid by design.
 * - It never invents digits: each digit of an e164 is from the text, the country code or the area code.
 * - It is total: any text gives an answer, in time linear in its length.
 */
import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** How the organisation reads numbers: ISO 3166-1 alpha-2, and the area code of landline numbers written without one. */
export type NumberingPlan = { country: string; areaCode: string };

export type PhoneNumber =
  /** A whole number. `extension`: digits to key in after it answers. */
  | { kind: 'number'; e164: string; extension: string | null }
  /** 112, 1001: two to five digits that mean something only where they are dialled. */
  | { kind: 'short'; digits: string }
  /** No number was shown: empty, anonymous, restricted. */
  | { kind: 'hidden' }
  /** Not a number, or none that we can read. The text is kept, trimmed. */
  | { kind: 'text'; text: string };

/** Longer texts are not one number. */
const LONGEST_NUMBER_TEXT = 100;
/** Characters of a list that are read; the rest is ignored. */
const LONGEST_LIST_TEXT = 2_000;
/** "+7 4712 00 01 12 доб. 5". */
const MOST_WORDS_OF_A_NUMBER = 9;

const HIDDEN =
  /^(?:anonymous|unknown|restricted|unavailable|private|withheld|hidden|no ?(?:caller ?)?(?:id|number)|скрыт(?:ый)?(?: номер)?|аноним(?:ный)?|неизвест(?:ен|ный|но)(?: номер)?|номер скрыт)$/i;
const LABEL =
  /^(?:тел(?:ефон)?|моб(?:ильный)?|раб(?:очий)?|дом(?:ашний)?|сот(?:овый)?|факс|т|м|tel|phone|mob(?:ile)?|cell|fax)(?:[.:]\s*|\s+)/i;
const EXTENSION_MARK = String.raw`(?:доб(?:авочный|ав)?\.?|внут(?:р(?:енний)?)?\.?|вн\.|ext(?:ension)?\.?|;ext=|[xх#wp]|,,+)`;
const EXTENSION = new RegExp(String.raw`[\s,;(]*${EXTENSION_MARK}[\s:№=]*(\d{1,7})\s*\)?$`, 'iu');
/** Digits with what people put between them. */
const NUMBER_TEXT = /^[+(]?[\d\s().\-–—‑/~]*\d\)?$/;

/**
 * One text as one number.
 *
 * `normalisePhone('8 (4712) 00-01-12 доб. 5', plan)` → `{kind: 'number', e164: '+74712000112', extension: '5'}`
 */
export function normalisePhone(text: string, plan: NumberingPlan): PhoneNumber {
  const trimmed = text.trim();
  if (trimmed === '' || HIDDEN.test(trimmed)) return { kind: 'hidden' };
  const unread: PhoneNumber = { kind: 'text', text: trimmed };
  if (trimmed.length > LONGEST_NUMBER_TEXT) return unread;

  const bare = withPlainDigits(trimmed)
    .replace(/^(?:tel|sips?):/i, '')
    .replace(/@.*$/, '')
    .replace(LABEL, '')
    .trim();
  const extension = EXTENSION.exec(bare);
  const main = (extension ? bare.slice(0, extension.index) : bare).trim();
  if (!NUMBER_TEXT.test(main)) return unread;

  const e164 = readNumber(main, plan);
  if (e164) return { kind: 'number', e164, extension: extension?.[1] ?? null };
  if (!extension && /^\d{2,5}$/.test(main)) return { kind: 'short', digits: main };
  return unread;
}

/** Full-width forms, which some keyboards and spreadsheets make, are the same digits. */
function withPlainDigits(text: string): string {
  return text.replace(/[\uFF0B\uFF10-\uFF19]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0));
}

/** `text` holds digits and separators only. Null: no possible number. */
function readNumber(text: string, plan: NumberingPlan): string | null {
  const digits = text.replace(/\D/g, '');
  if (text.startsWith('+') || text.startsWith('(+')) return readInternational(text, digits, plan);
  const abroad =
    /^810\d{9}/.test(digits) && isRussian(plan) ? digits.slice(3) : digits.startsWith('00') ? digits.slice(2) : '';
  return possible(abroad) ?? (isRussian(plan) ? readRussian(digits, plan.areaCode) : readDomestic(digits, plan));
}

const isRussian = (plan: NumberingPlan): boolean => plan.country === 'RU' || plan.country === 'KZ';

function readInternational(text: string, digits: string, plan: NumberingPlan): string | null {
  // "+8 (495) …": the trunk prefix, not Vietnam (84), whose number nobody parts after the 8.
  if (isRussian(plan) && /^\(?\+8[\s(\-]/.test(text)) return readRussian(digits, plan.areaCode);
  // "+49 (0) 30 …": the zero is dialled inside the country only.
  return possible(digits) ?? (text.includes('(0)') ? possible(text.replace('(0)', '').replace(/\D/g, '')) : null);
}

/** Ten digits, with 8 or 7 before them, or without the area code. Area codes begin with 3, 4, 8, 9, or 7 (Kazakhstan). */
function readRussian(digits: string, areaCode: string): string | null {
  if (digits.length === 11 && /^[78]/.test(digits)) return possible(`7${digits.slice(1)}`);
  if (digits.length === 10) return possible(`7${digits}`);
  if (digits.length >= 5 && digits.length <= 7 && areaCode.length + digits.length === 10)
    return possible(`7${areaCode}${digits}`);
  return null;
}

/** Countries whose numbers vary in length: libphonenumber knows the trunk prefixes. The area code is tried where the digits alone are too short. */
function readDomestic(digits: string, { country, areaCode }: NumberingPlan): string | null {
  if (!isSupportedCountry(country)) return null;
  const read = (text: string): string | null => {
    const number = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
    if (!number?.isPossible()) return null;
    const e164 = possible(number.number.slice(1));
    // Some countries' rules put digits in (a 9 into Argentine mobiles): those numbers are left as text.
    return e164 && isSubsequence(e164.slice(1), getCountryCallingCode(country) + text) ? e164 : null;
  };
  return read(digits) ?? (digits.length >= 5 && digits.length <= 8 ? read(areaCode + digits) : null);
}

/** `digits` begin with a country code. What comes back reads as itself. */
function possible(digits: string): string | null {
  if (!/^[1-9]\d{6,14}$/.test(digits) || /^7[012]/.test(digits)) return null;
  const number = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  if (!number?.isPossible()) return null;
  const read = number.number.slice(1);
  // libphonenumber drops a trunk prefix after the country code ("+7 8 495 …"), and is right.
  if (read !== digits) return possible(read);
  // Its metadata allow Russian numbers of 14 digits, which nobody has.
  return /^7\d{11}/.test(read) ? null : number.number;
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part[at]) at += 1;
  return at === part.length;
}

/** In running text: something that begins like a number, and an extension after it. */
const CANDIDATE = new RegExp(
  String.raw`[+(]{0,2}\d(?:[\d\s().\-–—‑/~]*\d)?(?:[\s,(]{0,3}${EXTENSION_MARK}[\s:№=]{0,3}\d{1,7}(?!\d))?`,
  'giu',
);

/**
 * The numbers of a text that may hold several (a cell of a spreadsheet, a form's field), each once, in their order. Parts that hold none
 * come back as `text`; hidden ones are left out. In running text only whole numbers count: "д. 12, индекс 305000" has none.
 */
export function findPhones(text: string, plan: NumberingPlan): PhoneNumber[] {
  const found = new Map<string, PhoneNumber>();
  for (const part of text.slice(0, LONGEST_LIST_TEXT).split(/(?<!,),(?!,)|;(?!ext=)|[\n\r\t|]|\s(?:или|и|or|and)\s/i)) {
    for (const phone of readPart(part, plan)) if (phone.kind !== 'hidden') found.set(JSON.stringify(phone), phone);
  }
  return [...found.values()];
}

function readPart(part: string, plan: NumberingPlan): PhoneNumber[] {
  const whole = normalisePhone(part, plan);
  if (whole.kind !== 'text') return [whole];
  const numbers = [...withPlainDigits(part).matchAll(CANDIDATE)].flatMap(([candidate]) => readRun(candidate, plan));
  return numbers.length > 0 ? numbers : [whole];
}

/** A run of digits and blanks is one number, or several parted by nothing but blanks or strokes: the longest that can be read goes first. */
function readRun(run: string, plan: NumberingPlan): PhoneNumber[] {
  const words = run.split(/[\s/]+/).filter((word) => word !== '');
  const numbers: PhoneNumber[] = [];
  for (let from = 0; from < words.length;) {
    let to = Math.min(words.length, from + MOST_WORDS_OF_A_NUMBER);
    let number = readWhole(words.slice(from, to).join(' '), plan);
    while (!number && to > from + 1) {
      to -= 1;
      number = readWhole(words.slice(from, to).join(' '), plan);
    }
    if (number) numbers.push(number);
    from = number ? to : from + 1;
  }
  return numbers;
}

/** Fewer digits may be a postcode or a date. */
function readWhole(text: string, plan: NumberingPlan): PhoneNumber | null {
  if (text.replace(/\D/g, '').length < 10) return null;
  const phone = normalisePhone(text, plan);
  return phone.kind === 'number' ? phone : null;
}

/**
 * An e164 as people of `country` write it: domestic numbers nationally (`8 (495) 000-01-11`; with `areaCode` given, its own numbers as
 * `8 (4712) 00-01-12`), others internationally. Reading it gives the same e164. Anything else comes back as it is.
 */
export function formatPhone(e164: string, country: string, areaCode?: string): string {
  const number = /^\+\d{7,15}$/.test(e164) ? parsePhoneNumberFromString(e164, { extract: false }) : undefined;
  if (!number || number.number !== e164) return e164;
  if (!isSupportedCountry(country) || number.countryCallingCode !== getCountryCallingCode(country))
    return number.formatInternational();
  const own = areaCode && country === 'RU' ? formatOwnArea(number.nationalNumber, areaCode) : null;
  return own ?? number.formatNational();
}

function formatOwnArea(national: string, areaCode: string): string | null {
  if (national.length !== 10 || areaCode.length < 4 || !national.startsWith(areaCode)) return null;
  const local = national.slice(areaCode.length);
  const pairs =
    local.length % 2 === 0 ? local.match(/../g) : [local.slice(0, 1), ...(local.slice(1).match(/../g) ?? [])];
  return `8 (${areaCode}) ${(pairs ?? []).join('-')}`;
}
