/**
 * A silent desk phone for recordings: registers over UDP, rings, answers, rejects, holds, dials, hangs up, when it is told to. It
 * sends no sound; on loopback nothing is lost, so it repeats nothing.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  addressOf,
  all,
  digest,
  formatSip,
  header,
  methodOf,
  parseSip,
  sdp,
  statusOf,
  tagOf,
  userOf,
  type SipMessage,
} from './sip-message.ts';

export type SipPhoneOptions = { extension: string; secret: string; pbxPort: number };

const token = (): string => randomBytes(6).toString('hex');

/** One dialog of the phone. `cseq` counts our own requests in it. */
type Dialog = {
  callId: string;
  local: string;
  remote: string;
  target: string;
  cseq: number;
  invite: SipMessage;
  sdpVersion: number;
};

export class SipPhone {
  readonly #options: SipPhoneOptions;
  readonly #socket: Socket = createSocket('udp4');
  readonly #answers = new Map<string, (response: SipMessage) => void>();
  #dialog: Dialog | null = null;
  /** The call that was put aside for a consultation. */
  #parked: Dialog | null = null;
  /** The INVITE that rings, and the tag under which we answer it. */
  #ringing: SipMessage | null = null;
  #tag = '';
  /** Resolved by the next INVITE. */
  #onRing: (() => void) | null = null;
  #port = 0;

  constructor(options: SipPhoneOptions) {
    this.#options = options;
    this.#socket.on('message', (data) => this.#receive(parseSip(data.toString())));
  }

  async register(expires = 600): Promise<void> {
    if (this.#port === 0) {
      this.#socket.bind(0, '127.0.0.1');
      await once(this.#socket, 'listening');
      this.#port = this.#socket.address().port;
    }
    const self = `<sip:${this.#options.extension}@127.0.0.1:${this.#options.pbxPort}>`;
    const status = await this.#request('REGISTER', `sip:127.0.0.1:${this.#options.pbxPort}`, [
      ['from', `${self};tag=${token()}`],
      ['to', self],
      ['call-id', token()],
      ['cseq', '1 REGISTER'],
      ['expires', String(expires)],
    ]);
    if (statusOf(status) !== 200) throw new Error(`${this.#options.extension} cannot register: ${status.start}`);
  }

  async unregister(): Promise<void> {
    await this.register(0);
    this.close();
  }

  /** The phone is switched off; nobody is told. */
  close(): void {
    this.#socket.close();
  }

  /** Resolves when the phone rings. */
  rings(): Promise<void> {
    return this.#ringing === null ? new Promise((resolve) => (this.#onRing = resolve)) : Promise.resolve();
  }

  answer(): void {
    const invite = this.#ringing;
    if (invite === null) throw new Error(`${this.#options.extension} does not ring`);
    this.#ringing = null;
    this.#dialog = {
      callId: header(invite, 'call-id'),
      local: `${header(invite, 'to')};tag=${this.#tag}`,
      remote: header(invite, 'from'),
      target: addressOf(header(invite, 'contact')),
      cseq: 1,
      invite,
      sdpVersion: 1,
    };
    this.#respond(invite, '200 OK', this.#tag, sdp(this.#port, 'sendrecv', 1));
  }

  /** Number of the caller for whom the phone rings; null while it does not. */
  get ringsFor(): string | null {
    return this.#ringing === null ? null : userOf(header(this.#ringing, 'from'));
  }

  get isTalking(): boolean {
    return this.#dialog !== null;
  }

  /** The PBX is gone, and with it the phone's calls: nobody is left to be told. */
  forgetCalls(): void {
    this.#ringing = null;
    this.#dialog = null;
    this.#parked = null;
  }

  /** `486 Busy Here`, `603 Decline`, `480 Temporarily Unavailable`. */
  reject(status: string): void {
    if (this.#ringing !== null) this.#respond(this.#ringing, status, this.#tag);
    this.#ringing = null;
  }

  /** Dials, and resolves with the final status: 200 when somebody answered. `replaces` is another phone's call that is to be taken over. */
  async dial(to: string, replaces?: string): Promise<number> {
    const { extension, pbxPort } = this.#options;
    const target = `sip:${to}@127.0.0.1:${pbxPort}`;
    const local = `<sip:${extension}@127.0.0.1:${pbxPort}>;tag=${token()}`;
    const callId = token();
    const response = await this.#request(
      'INVITE',
      target,
      [
        ['from', local],
        ['to', `<${target}>`],
        ['call-id', callId],
        ['cseq', '1 INVITE'],
        ['content-type', 'application/sdp'],
        ...(replaces === undefined ? [] : ([['replaces', replaces]] as SipMessage['headers'])),
      ],
      sdp(this.#port, 'sendrecv', 1),
    );
    const status = statusOf(response) ?? 0;
    if (status === 200) {
      const dialog = {
        callId,
        local,
        remote: header(response, 'to'),
        target: addressOf(header(response, 'contact')),
        cseq: Number.parseInt(header(response, 'cseq')),
        invite: response,
        sdpVersion: 1,
      };
      this.#dialog = dialog;
      this.#inDialog(dialog, 'ACK', dialog.cseq);
    }
    return status;
  }

  /** Ends the answered call. */
  hangUp(): void {
    if (this.#dialog !== null) this.#inDialog(this.#dialog, 'BYE', ++this.#dialog.cseq);
    this.#dialog = null;
  }

  /** The call as another phone must name it to take it over. */
  get replaces(): string {
    const dialog = this.#dialog;
    if (dialog === null) throw new Error(`${this.#options.extension} is in no call`);
    return `${dialog.callId};to-tag=${tagOf(dialog.remote)};from-tag=${tagOf(dialog.local)}`;
  }

  /** Puts the call on hold and dials another. Resolves as `dial` does. */
  async consult(to: string): Promise<number> {
    await this.hold();
    this.#parked = this.#dialog;
    return this.dial(to);
  }

  /** Ends the consultation and takes the first call back. */
  async endConsult(): Promise<void> {
    this.hangUp();
    this.#dialog = this.#parked;
    this.#parked = null;
    await this.retrieve();
  }

  /** Joins the two calls of a consultation and leaves both. */
  async transfer(): Promise<void> {
    const [first, second] = [this.#parked, this.#dialog];
    if (first === null || second === null) throw new Error(`${this.#options.extension} consults nobody`);
    const referTo = `<${second.target}?Replaces=${encodeURIComponent(this.replaces)}>`;
    const headers = [...this.#dialogHeaders(first, 'REFER', ++first.cseq), ['refer-to', referTo] as [string, string]];
    await this.#request('REFER', first.target, headers);
  }

  hold(): Promise<void> {
    return this.#reinvite('sendonly');
  }

  retrieve(): Promise<void> {
    return this.#reinvite('sendrecv');
  }

  async #reinvite(direction: 'sendonly' | 'sendrecv'): Promise<void> {
    const dialog = this.#dialog;
    if (dialog === null) throw new Error(`${this.#options.extension} is in no call`);
    const offer = sdp(this.#port, direction, ++dialog.sdpVersion);
    await this.#request('INVITE', dialog.target, this.#dialogHeaders(dialog, 'INVITE', ++dialog.cseq), offer);
    this.#inDialog(dialog, 'ACK', dialog.cseq);
  }

  /** Sends a request and resolves with the final response; a challenge is answered once. */
  async #request(
    method: string,
    uri: string,
    headers: SipMessage['headers'],
    body = '',
    tries = 0,
  ): Promise<SipMessage> {
    const branch = `z9hG4bK${token()}`;
    const final = new Promise<SipMessage>((resolve) => this.#answers.set(branch, resolve));
    this.#send({ start: `${method} ${uri} SIP/2.0`, headers: [this.#via(branch), ...headers, this.#contact()], body });
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
    return this.#request(method, uri, [...again, [name, credentials]], body, 1);
  }

  #ackFailure(uri: string, branch: string, headers: SipMessage['headers'], response: SipMessage): void {
    const kept = headers.filter(([name]) => name === 'from' || name === 'call-id');
    const cseq = Number.parseInt(header(response, 'cseq'));
    const rest: SipMessage['headers'] = [
      ['to', header(response, 'to')],
      ['cseq', `${cseq} ACK`],
    ];
    this.#send({ start: `ACK ${uri} SIP/2.0`, headers: [this.#via(branch), ...kept, ...rest], body: '' });
  }

  #inDialog(dialog: Dialog, method: string, cseq: number): void {
    const headers = [this.#via(`z9hG4bK${token()}`), ...this.#dialogHeaders(dialog, method, cseq)];
    this.#send({ start: `${method} ${dialog.target} SIP/2.0`, headers, body: '' });
  }

  #dialogHeaders(dialog: Dialog, method: string, cseq: number): SipMessage['headers'] {
    return [
      ['from', dialog.local],
      ['to', dialog.remote],
      ['call-id', dialog.callId],
      ['cseq', `${cseq} ${method}`],
      ...(method === 'INVITE' ? ([['content-type', 'application/sdp']] as SipMessage['headers']) : []),
    ];
  }

  #receive(message: SipMessage): void {
    if (statusOf(message) !== null) return this.#response(message);
    switch (methodOf(message)) {
      case 'INVITE':
        return this.#invited(message);
      case 'CANCEL':
        this.#respond(message, '200 OK', this.#tag);
        if (this.#ringing !== null) this.#respond(this.#ringing, '487 Request Terminated', this.#tag);
        this.#ringing = null;
        return;
      case 'BYE':
        if (this.#parked?.callId === header(message, 'call-id')) this.#parked = null;
        else this.#dialog = null;
        return this.#respond(message, '200 OK');
      case 'NOTIFY':
        this.#respond(message, '200 OK');
        // The transfer is done; Asterisk leaves it to us to end the first call.
        if (message.body.includes('200 OK') && this.#parked !== null) {
          this.#inDialog(this.#parked, 'BYE', ++this.#parked.cseq);
          this.#parked = null;
        }
        return;
      case 'ACK':
        return;
      default:
        return this.#respond(message, '200 OK');
    }
  }

  #invited(invite: SipMessage): void {
    if (tagOf(header(invite, 'to')) !== '')
      return this.#respond(invite, '200 OK', undefined, sdp(this.#port, 'sendrecv', 9));
    // The PBX repeats itself when our answer is late.
    if (this.#ringing !== null && header(this.#ringing, 'call-id') === header(invite, 'call-id'))
      return this.#respond(invite, '180 Ringing', this.#tag);
    if (this.#dialog?.callId === header(invite, 'call-id')) return;
    if (this.#dialog !== null || this.#ringing !== null) return this.#respond(invite, '486 Busy Here', 'busy');
    this.#ringing = invite;
    this.#tag = token();
    this.#respond(invite, '180 Ringing', this.#tag);
    this.#onRing?.();
    this.#onRing = null;
  }

  #response(message: SipMessage): void {
    if ((statusOf(message) ?? 0) < 200) return;
    const branch = /branch=([^;,\s]+)/.exec(header(message, 'via'))?.[1] ?? '';
    this.#answers.get(branch)?.(message);
    this.#answers.delete(branch);
  }

  #respond(request: SipMessage, status: string, tag?: string, body = ''): void {
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
    this.#send({ start: `SIP/2.0 ${status}`, headers, body });
  }

  #via(branch: string): [string, string] {
    return ['via', `SIP/2.0/UDP 127.0.0.1:${this.#port};branch=${branch};rport`];
  }

  #contact(): [string, string] {
    return ['contact', `<sip:${this.#options.extension}@127.0.0.1:${this.#port}>`];
  }

  #send(message: SipMessage): void {
    this.#socket.send(
      formatSip({ ...message, headers: [...message.headers, ['max-forwards', '70']] }),
      this.#options.pbxPort,
      '127.0.0.1',
    );
  }
}
