/** SIP messages (RFC 3261) as far as a phone in a recording needs them: text in, text out. */
import { createHash } from 'node:crypto';

export type SipMessage = {
  /** `INVITE sip:… SIP/2.0` or `SIP/2.0 200 OK`. */
  start: string;
  /** In order, names in lower case. Via may come several times. */
  headers: [name: string, value: string][];
  body: string;
};

export function parseSip(text: string): SipMessage {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { start, headers, body: rest.join('\r\n\r\n') };
}

export function formatSip({ start, headers, body }: SipMessage): string {
  const lines = [...headers, ['content-length', String(Buffer.byteLength(body))]].map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [start, ...lines, '', body].join('\r\n');
}

export function header(message: SipMessage, name: string): string {
  return message.headers.find(([key]) => key === name)?.[1] ?? '';
}

export function all(message: SipMessage, name: string): [string, string][] {
  return message.headers.filter(([key]) => key === name);
}

/** 200 for `SIP/2.0 200 OK`, null for a request. */
export function statusOf(message: SipMessage): number | null {
  const match = /^SIP\/2\.0 (\d{3})/.exec(message.start);
  return match === null ? null : Number(match[1]);
}

export function methodOf(message: SipMessage): string {
  return message.start.split(' ')[0] ?? '';
}

/** The `tag` of a From or To header. */
export function tagOf(value: string): string {
  return /;tag=([^;\s]+)/.exec(value)?.[1] ?? '';
}

/** The user part of the address in a From, To or Contact header: a number or an extension. */
export function userOf(value: string): string {
  return /sip:([^@;>]*)@/.exec(value)?.[1] ?? '';
}

/** The address in a Contact header. */
export function addressOf(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value;
}

/** The answer to a digest challenge (RFC 2617, MD5, with or without qop). */
export function digest(challenge: string, method: string, uri: string, user: string, secret: string): string {
  const part = (name: string): string => new RegExp(`${name}="?([^",]+)"?`).exec(challenge)?.[1] ?? '';
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const [realm, nonce, opaque] = [part('realm'), part('nonce'), part('opaque')];
  const who = md5(`${user}:${realm}:${secret}`);
  const what = md5(`${method}:${uri}`);
  const withQop = challenge.includes('qop');
  const response = md5(withQop ? `${who}:${nonce}:00000001:headset:auth:${what}` : `${who}:${nonce}:${what}`);
  const fields = [
    `username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
  ];
  if (opaque !== '') fields.push(`opaque="${opaque}"`);
  if (withQop) fields.push('qop=auth', 'nc=00000001', 'cnonce="headset"');
  return `Digest algorithm=MD5, ${fields.join(', ')}`;
}

export function sdp(port: number, direction: 'sendrecv' | 'sendonly' | 'recvonly', version: number): string {
  return [
    'v=0',
    `o=headset 1 ${version} IN IP4 127.0.0.1`,
    's=headset',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');
}
