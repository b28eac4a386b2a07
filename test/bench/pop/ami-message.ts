/** AMI's text: messages of `Key: value` lines, ended by an empty line. */

export type AmiMessage = Readonly<Record<string, string>>;

const END = '\r\n\r\n';

/** The whole messages of `text`, and what is left of one that has not ended. */
export function splitMessages(text: string): { messages: string[]; rest: string } {
  const messages = text.split(END);
  const rest = messages.pop() ?? '';
  return { messages, rest };
}

/** Header names in lower case; of a header that comes twice, the last. */
export function readMessage(text: string): AmiMessage {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

export const writeMessage = (headers: AmiMessage): string =>
  `${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')}${END}`;

/** As `timestampevents` writes it: seconds with six digits of microseconds. */
export const amiTimestamp = (atMs: number): string => (atMs / 1000).toFixed(6);

/** The messages of a file of test/fixtures/ami: lines end there as files' lines do, and those that begin with # tell where it comes from. */
export const readRecording = (file: string): string[] =>
  file
    .replace(/^#.*\n/gm, '')
    .split('\n\n')
    .map((message) => message.trim().replaceAll('\n', '\r\n'))
    .filter((message) => message !== '');
