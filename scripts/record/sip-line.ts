/**
 * The wire of a phone: SIP over UDP to the PBX, requests with their final responses, credentials when they are asked for. On loopback
 * nothing is lost, so it repeats nothing.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { all, digest, formatSip, header, parseSip, statusOf, tagOf, type SipMessage } from './sip-message.ts';

export type Credentials = { extension: string; secret: string; pbxPort: number };

export const token = (): string => randomBytes(6).toString('hex');

export class SipLine {
  readonly #options: Credentials;
  readonly #onRequest: (request: SipMessage) => void;
  readonly #socket: Socket = createSocket('udp4');
  readonly #answers = new Map<string, (response: SipMessage) => void>();
  port = 0;

  constructor(options: Credentials, onRequest: (request: SipMessage) => void) {
    this.#options = options;
    this.#onRequest = onRequest;
    this.#socket.on('message', (data) => {
      // Sound comes to the same port: the first bit of RTP is set, that of text is not.
      if ((data[0] ?? 0) < 0x80) this.#receive(parseSip(data.toString()));
    });
  }

  async open(): Promise<void> {
    if (this.port !== 0) return;
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    this.port = this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  /** Sends a request and resolves with the final response; a challenge is answered once. */
  async request(
    method: string,
    uri: string,
    headers: SipMessage['headers'],
    body = '',
    tries = 0,
  ): Promise<SipMessage> {
    const branch = `z9hG4bK${token()}`;
    const final = new Promise<SipMessage>((resolve) => this.#answers.set(branch, resolve));
    this.#write({ start: `${method} ${uri} SIP/2.0`, headers: [this.#via(branch), ...headers, this.#contact()], body });
    const response = await final;
    const status = statusOf(response) ?? 0;
    if (method === 'INVITE' && status >= 300) this.#ackFailure(uri, branch, headers, response);
    if ((status !== 401 && status !== 407) || tries > 0) return response;
    const challenge = header(response, status === 401 ? 'www-authenticate' : 'proxy-authenticate');
    const credentials = digest(challenge, method, uri, this.#options.extension, this.#options.secret);
    const again = headers.map(([name, value]): [string, string] =>
      name === 'cseq' ? [name, `${Number.parseInt(value) + 1} ${method}`] : [name, value],
    );
    const name = status === 401 ? 'authorization' : 'proxy-authorization';
    return this.request(method, uri, [...again, [name, credentials]], body, 1);
  }

  #ackFailure(uri: string, branch: string, headers: SipMessage['headers'], response: SipMessage): void {
    const kept = headers.filter(([name]) => name === 'from' || name === 'call-id');
    const cseq = Number.parseInt(header(response, 'cseq'));
    const rest: SipMessage['headers'] = [
      ['to', header(response, 'to')],
      ['cseq', `${cseq} ACK`],
    ];
    this.#write({ start: `ACK ${uri} SIP/2.0`, headers: [this.#via(branch), ...kept, ...rest], body: '' });
  }

  /** Sends a request to which no answer matters: ACK, BYE. */
  send(method: string, uri: string, headers: SipMessage['headers']): void {
    const start = `${method} ${uri} SIP/2.0`;
    this.#write({ start, headers: [this.#via(`z9hG4bK${token()}`), ...headers], body: '' });
  }

  /** Answers a request; `tag` is ours in the dialog that this begins. */
  respond(request: SipMessage, status: string, tag?: string, body = ''): void {
    const to = header(request, 'to');
    const headers: SipMessage['headers'] = [
      ...all(request, 'via'),
      ...all(request, 'record-route'),
      ['from', header(request, 'from')],
      ['to', tag === undefined || tagOf(to) !== '' ? to : `${to};tag=${tag}`],
      ['call-id', header(request, 'call-id')],
      ['cseq', header(request, 'cseq')],
      this.#contact(),
      ...(body === '' ? [] : ([['content-type', 'application/sdp']] as SipMessage['headers'])),
    ];
    this.#write({ start: `SIP/2.0 ${status}`, headers, body });
  }

  #receive(message: SipMessage): void {
    const status = statusOf(message);
    if (status === null) return this.#onRequest(message);
    if (status < 200) return;
    const branch = /branch=([^;,\s]+)/.exec(header(message, 'via'))?.[1] ?? '';
    this.#answers.get(branch)?.(message);
    this.#answers.delete(branch);
  }

  #via(branch: string): [string, string] {
    return ['via', `SIP/2.0/UDP 127.0.0.1:${this.port};branch=${branch};rport`];
  }

  #contact(): [string, string] {
    return ['contact', `<sip:${this.#options.extension}@127.0.0.1:${this.port}>`];
  }

  #write(message: SipMessage): void {
    this.#socket.send(
      formatSip({ ...message, headers: [...message.headers, ['max-forwards', '70']] }),
      this.#options.pbxPort,
      '127.0.0.1',
    );
  }
}
