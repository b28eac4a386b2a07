/**
 * The phone in the page. It does what the operator asks and reports to the state machine in `phone-state.ts`; its state is read by the
 * screen. It needs the PBX alone: answering, muting and hanging up work while Headset's server is down.
 */
import type { PhoneAccount } from '@headset/server/contract/session.ts';
import type { Invitation } from 'sip.js';
import { forgetCall, keepCall, replacesHeader, takeKeptCall } from './kept-call.ts';
import { askForMicrophone } from './microphone.ts';
import { PhoneLease } from './phone-lease.ts';
import { evolve, phoneAtRest, type PhoneEvent, type PhoneState } from './phone-state.ts';
import { SipCall } from './sip-call.ts';
import { SipConnection } from './sip-connection.ts';

const newAccountDelayMs = 10_000;
/** How often a running call is noted down for a page that may be reloaded. */
const noteEveryMs = 2_000;
/** The extension that the PBX takes INVITEs with Replaces at. */
const takeBackExtension = 'reclaim';

/** `none`: the agent has no extension. `failed`: the server could not be asked. */
export type FetchAccount = () => Promise<PhoneAccount | 'none' | 'failed'>;

export class Softphone {
  #state = $state.raw<PhoneState>(phoneAtRest);
  readonly #fetchAccount: FetchAccount;
  readonly #lease: PhoneLease;
  readonly #speaker = new Audio();
  #connection: SipConnection | null = null;
  #call: SipCall | null = null;
  #stopped = true;
  #again: ReturnType<typeof setTimeout> | undefined;
  #nextNote: ReturnType<typeof setTimeout> | undefined;

  constructor(agentId: string, fetchAccount: FetchAccount) {
    this.#fetchAccount = fetchAccount;
    this.#lease = new PhoneLease(agentId);
  }

  get state(): PhoneState {
    return this.#state;
  }

  /** Starts the phone, unless another tab has it: then it starts when that tab goes away. */
  async start(): Promise<void> {
    this.#stopped = false;
    this.#report({ kind: 'started' });
    if (!window.isSecureContext) return this.#report({ kind: 'microphone', is: 'insecure' });
    if (await this.#lease.takeIfFree(() => this.#onLeaseLost())) return this.#open();
    await this.#waitForLease();
  }

  /** Takes the phone from the tab that has it; a call that runs there goes on there. */
  async takeOver(): Promise<void> {
    this.#report({ kind: 'started' });
    if (await this.#lease.takeOver(() => this.#onLeaseLost())) await this.#open();
  }

  /** Asks for the microphone again, after the operator has allowed or plugged in one. */
  async askAgain(): Promise<void> {
    if (this.#connection) this.#report({ kind: 'microphone', is: await askForMicrophone() });
    else await this.#open();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
    clearTimeout(this.#nextNote);
    void this.#call?.hangUp().catch(() => undefined);
    this.#call = null;
    this.#closeConnection();
    this.#lease.release();
    this.#report({ kind: 'stopped' });
  }

  /** @param user an extension, or a number in the digits that the PBX dials. */
  async dial(user: string): Promise<void> {
    const session = this.#state.call ? null : this.#connection?.invite(user);
    if (!session) return;
    this.#call = new SipCall(session, this.#speaker, (event) => this.#report(event));
    this.#report({ kind: 'dialled', id: this.#call.id, number: user });
    await this.#call.call();
  }

  answer(): void {
    void this.#call?.answer();
  }

  hangUp(): void {
    void this.#call?.hangUp().catch(() => undefined);
  }

  mute(muted: boolean): void {
    this.#call?.mute(muted);
  }

  hold(on: boolean): void {
    this.#call?.hold(on);
  }

  sendDigits(digits: string): void {
    this.#call?.sendDigits(digits);
  }

  async #open(): Promise<void> {
    this.#report({ kind: 'microphone', is: 'asking' });
    const microphone = await askForMicrophone();
    this.#report({ kind: 'microphone', is: microphone });
    if (microphone === 'granted') await this.#connect();
  }

  async #connect(): Promise<void> {
    const account = await this.#fetchAccount();
    if (this.#stopped || this.#state.line.name === 'elsewhere') return;
    if (account === 'none') return this.#report({ kind: 'accountMissing', why: 'none' });
    if (account === 'failed') {
      this.#report({ kind: 'accountMissing', why: 'failed' });
      return this.#connectLater();
    }
    this.#closeConnection();
    this.#connection = new SipConnection(account, {
      connecting: () => this.#report({ kind: 'connecting' }),
      registered: () => this.#onRegistered(),
      lost: () => this.#report({ kind: 'connectionLost', at: new Date().toISOString() }),
      refused: (status) => {
        this.#report({ kind: 'registrationRefused', status });
        // The PBX may have been given new secrets: fetch the account again.
        if (!this.#call) this.#connectLater();
      },
      invited: (invitation) => this.#onInvited(invitation),
    });
    this.#connection.open();
  }

  #connectLater(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#connect(), newAccountDelayMs);
  }

  #onRegistered(): void {
    const wasLost = this.#state.line.name === 'lost';
    this.#report({ kind: 'registered' });
    if (wasLost) this.#call?.restartMedia();
    else if (!this.#call) void this.#takeBack();
  }

  /** The page was reloaded in the middle of a call: the PBX still has it, and connects it again to this page. */
  async #takeBack(): Promise<void> {
    const kept = takeKeptCall();
    const session = kept && this.#connection?.invite(takeBackExtension, [replacesHeader(kept)]);
    if (!session) return;
    this.#call = new SipCall(session, this.#speaker, (event) => this.#report(event));
    this.#report({ kind: 'takingBack', id: this.#call.id, number: kept.number });
    await this.#call.call();
  }

  /** Writes down what a reloaded page needs, as long as the call runs. */
  #note(): void {
    clearTimeout(this.#nextNote);
    const dialog = this.#call?.dialog;
    if (!dialog || this.#state.call?.phase !== 'talking') return;
    keepCall({ ...dialog, number: this.#state.call.number });
    this.#nextNote = setTimeout(() => this.#note(), noteEveryMs);
  }

  #onInvited(invitation: Invitation): void {
    if (this.#state.call) {
      void invitation.reject({ statusCode: 486 }).catch(() => undefined);
      return;
    }
    this.#call = new SipCall(invitation, this.#speaker, (event) => this.#report(event));
    const user = invitation.remoteIdentity.uri.user ?? '';
    this.#report({ kind: 'invited', id: this.#call.id, number: /^\+?[0-9*#]+$/.test(user) ? user : null });
  }

  #onLeaseLost(): void {
    if (this.#stopped) return;
    this.#connection?.unregister();
    if (!this.#call) this.#closeConnection();
    this.#report({ kind: 'takenElsewhere' });
    void this.#waitForLease();
  }

  async #waitForLease(): Promise<void> {
    this.#report({ kind: 'takenElsewhere' });
    if (await this.#lease.takeWhenFree(() => this.#onLeaseLost())) {
      this.#report({ kind: 'started' });
      await this.#open();
    }
  }

  #closeConnection(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #report(event: PhoneEvent): void {
    this.#state = evolve(this.#state, event);
    if (event.kind === 'established') this.#note();
    if (event.kind !== 'ended' || event.id !== this.#call?.id) return;
    this.#call = null;
    forgetCall();
    clearTimeout(this.#nextNote);
    this.#speaker.srcObject = null;
    // The lease went while the call ran: now nothing needs this line any more.
    if (this.#state.line.name === 'elsewhere') this.#closeConnection();
  }
}
