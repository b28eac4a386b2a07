/** Reading one header of a frame. Everything in a frame is hostile until it went through here. */
import type { Frame } from 'asterisk-manager';

/** Microseconds since 1970 by the PBX's clock: what `timestampevents=yes` gives. */
export type Micros = number;

const ID = /^[\w.:/;@-]{1,120}$/;
const LONGEST = 128;
/** Nothing to be taken out: almost everything that comes. */
const PLAIN = /^[!-~](?:[ -~]{0,126}[!-~])?$/;
const UNKNOWN = new Set(['', '<unknown>', '<null>', '(null)']);

/** The header's value as it came. Null when it is missing, or came more than once: two glued frames cannot be told apart. */
function single(frame: Frame, key: string): string | null {
  const value = frame[key];
  return typeof value === 'string' ? value : null;
}

/** An identifier that the PBX made (uniqueid, channel name, bridge id). Null when it cannot be one. */
export function identifier(frame: Frame, key: string): string | null {
  return identifierOf(single(frame, key) ?? '');
}

/** The same of a value that is not a header's (the PBX's own record has them too). */
export function identifierOf(value: string): string | null {
  return ID.test(value) ? value : null;
}

/** Free text, cut to 128 characters; `<unknown>` and the empty text are null. The first value where the header was repeated. */
export function text(frame: Frame, key: string): string | null {
  const value = frame[key];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && !UNKNOWN.has(first) ? plainText(unescapeC(first)) : null;
}

/** Text as it may be shown: without control characters, cut to 128 characters; null when nothing is left or it means nothing. */
export function plainText(value: string): string | null {
  if (UNKNOWN.has(value)) return null;
  if (PLAIN.test(value)) return value;
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = value.replace(/[\u0000-\u001f\u007f]/g, ' ').trim();
  return plain === '' ? null : [...plain.slice(0, LONGEST)].join('');
}

/** A whole number, or null. */
export function whole(frame: Frame, key: string): number | null {
  const value = single(frame, key);
  return value !== null && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

/** `Timestamp: 1763795162.123456` in microseconds, or null (a PBX without `timestampevents`). */
export function timestamp(frame: Frame): Micros | null {
  const value = single(frame, 'timestamp');
  if (value === null) return null;
  const dot = value.indexOf('.');
  if (dot < 1) return null;
  const micros = Number(value.slice(0, dot)) * 1_000_000 + Number(value.slice(dot + 1, dot + 7).padEnd(6, '0'));
  return Number.isSafeInteger(micros) ? micros : null;
}

/** A variable of manager.conf's `channelvars`, from the frame's only or first channel. Empty is null. */
export function channelVariable(frame: Frame, name: string): string | null {
  const variables = frame.chanvariable;
  if (typeof variables !== 'object' || Array.isArray(variables)) return null;
  const value = variables[name];
  return value === undefined || value === '' ? null : value.slice(0, LONGEST);
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '', b: '', f: '', v: '' };

/** Asterisk writes caller names C-escaped (`\"`, `\\`, `\n`). */
function unescapeC(value: string): string {
  return value.includes('\\') ? value.replace(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c) : value;
}
