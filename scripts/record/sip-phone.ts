/**
 * A silent desk phone for recordings: registers over UDP, rings, answers, rejects, holds, dials, hangs up, when it is told to. It
 * sends no sound; on loopback nothing is lost, so it repeats nothing.
 */
import { addressOf, header, methodOf, sdp, statusOf, tagOf, userOf, type SipMessage } from './sip-message.ts';
import { SipLine, token } from './sip-line.ts';

export type SipPhoneOptions = { extension: string; secret: string; pbxPort: number };

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
  readonly #line: SipLine;
  #dialog: Dialog | null = null;
  /** The call that was put aside for a consultation. */
  #parked: Dialog | null = null;
  /** The INVITE that rings, and the tag under which we answer it. */
  #ringing: SipMessage | null = null;
  #tag = '';
  /** Resolved by the next INVITE. */
  #onRing: (() => void) | null = null;

  constructor(options: SipPhoneOptions) {
    this.#options = options;
    this.#line = new SipLine(options, (request) => this.#receive(request));
  }

  async register(expires = 600): Promise<void> {
    await this.#line.open();
    const self = `<sip:${this.#options.extension}@127.0.0.1:${this.#options.pbxPort}>`;
    const status = await this.#line.request('REGISTER', `sip:127.0.0.1:${this.#options.pbxPort}`, [
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
    this.#line.close();
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
    this.#line.respond(invite, '200 OK', this.#tag, sdp(this.#line.port, 'sendrecv', 1));
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
    if (this.#ringing !== null) this.#line.respond(this.#ringing, status, this.#tag);
    this.#ringing = null;
  }

  /** Dials, and resolves with the final status: 200 when somebody answered. `replaces` is another phone's call that is to be taken over. */
  async dial(to: string, replaces?: string): Promise<number> {
    const { extension, pbxPort } = this.#options;
    const target = `sip:${to}@127.0.0.1:${pbxPort}`;
    const local = `<sip:${extension}@127.0.0.1:${pbxPort}>;tag=${token()}`;
    const callId = token();
    const response = await this.#line.request(
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
      sdp(this.#line.port, 'sendrecv', 1),
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
    await this.#line.request('REFER', first.target, headers);
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
    const offer = sdp(this.#line.port, direction, ++dialog.sdpVersion);
    await this.#line.request('INVITE', dialog.target, this.#dialogHeaders(dialog, 'INVITE', ++dialog.cseq), offer);
    this.#inDialog(dialog, 'ACK', dialog.cseq);
  }

  #inDialog(dialog: Dialog, method: string, cseq: number): void {
    this.#line.send(method, dialog.target, this.#dialogHeaders(dialog, method, cseq));
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
    switch (methodOf(message)) {
      case 'INVITE':
        return this.#invited(message);
      case 'CANCEL':
        this.#line.respond(message, '200 OK', this.#tag);
        if (this.#ringing !== null) this.#line.respond(this.#ringing, '487 Request Terminated', this.#tag);
        this.#ringing = null;
        return;
      case 'BYE':
        if (this.#parked?.callId === header(message, 'call-id')) this.#parked = null;
        else this.#dialog = null;
        return this.#line.respond(message, '200 OK');
      case 'NOTIFY':
        this.#line.respond(message, '200 OK');
        // The transfer is done; Asterisk leaves it to us to end the first call.
        if (message.body.includes('200 OK') && this.#parked !== null) {
          this.#inDialog(this.#parked, 'BYE', ++this.#parked.cseq);
          this.#parked = null;
        }
        return;
      case 'ACK':
        return;
      default:
        return this.#line.respond(message, '200 OK');
    }
  }

  #invited(invite: SipMessage): void {
    if (tagOf(header(invite, 'to')) !== '')
      return this.#line.respond(invite, '200 OK', undefined, sdp(this.#line.port, 'sendrecv', 9));
    // The PBX repeats itself when our answer is late.
    if (this.#ringing !== null && header(this.#ringing, 'call-id') === header(invite, 'call-id'))
      return this.#line.respond(invite, '180 Ringing', this.#tag);
    if (this.#dialog?.callId === header(invite, 'call-id')) return;
    if (this.#dialog !== null || this.#ringing !== null) return this.#line.respond(invite, '486 Busy Here', 'busy');
    this.#ringing = invite;
    this.#tag = token();
    this.#line.respond(invite, '180 Ringing', this.#tag);
    this.#onRing?.();
    this.#onRing = null;
  }
}
