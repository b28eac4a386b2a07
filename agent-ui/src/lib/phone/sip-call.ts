/** One SIP session and its media. It reports what happens as events of the phone's state machine and keeps no state of its own to show. */
import { Invitation, Inviter, SessionState, Web, type Session } from 'sip.js';
import { glareDelayMs } from './backoff.ts';
import { microphoneFault } from './microphone.ts';
import type { Hold, PhoneEvent } from './phone-state.ts';

const audioOnly: Web.SessionDescriptionHandlerOptions = { constraints: { audio: true, video: false } };
/** RFC 4733 tones: long enough for slow menus, short enough for a pasted account number. */
const tone = { durationMs: 100, gapMs: 70 };

export class SipCall {
  readonly id: string;
  readonly #session: Session;
  readonly #report: (event: PhoneEvent) => void;
  readonly #speaker: HTMLAudioElement;
  /** Re-INVITEs go one after another: SIP.js refuses a second one, and the PBX answers crossing ones with 491. */
  #lastChange: Promise<void> = Promise.resolve();
  #wantsHold = false;
  #muted = false;

  constructor(session: Session, speaker: HTMLAudioElement, report: (event: PhoneEvent) => void) {
    this.id = session.id;
    this.#session = session;
    this.#speaker = speaker;
    this.#report = report;
    session.delegate = {
      // Without this SIP.js follows any REFER: whoever sent one could make the phone call a number.
      onRefer: (referral) => void referral.reject().catch(() => undefined),
      // Early, not at "established": a ringing or refused outgoing call may carry the network's own announcement.
      onSessionDescriptionHandler: () => this.#attachSound(),
    };
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) report({ kind: 'established', id: this.id });
      if (state === SessionState.Terminated) report({ kind: 'ended', id: this.id });
    });
  }

  /** Sends the INVITE of an outgoing call. */
  async call(): Promise<void> {
    if (!(this.#session instanceof Inviter)) return;
    try {
      await this.#session.invite({
        sessionDescriptionHandlerOptions: audioOnly,
        requestDelegate: {
          onProgress: (response) => {
            if (response.message.body) this.#report({ kind: 'earlyMedia', id: this.id });
          },
        },
      });
    } catch (error) {
      this.#mediaFailed(error);
    }
  }

  /** What names this call to the PBX; null before there is a dialog. */
  get dialog(): { callId: string; localTag: string; remoteTag: string } | null {
    const { dialog } = this.#session;
    return dialog ? { callId: dialog.callId, localTag: dialog.localTag, remoteTag: dialog.remoteTag } : null;
  }

  async answer(): Promise<void> {
    if (!(this.#session instanceof Invitation) || this.#session.state !== SessionState.Initial) return;
    this.#report({ kind: 'answering', id: this.id });
    try {
      await this.#session.accept({ sessionDescriptionHandlerOptions: audioOnly });
    } catch (error) {
      // Also when the caller gave up in this very moment; then the session has already ended.
      this.#mediaFailed(error);
    }
  }

  /** Ends the call in whatever state it is: declines, cancels or says goodbye. */
  async hangUp(): Promise<void> {
    const session = this.#session;
    switch (session.state) {
      case SessionState.Initial:
      case SessionState.Establishing:
        // 603 and not 486: the PBX then tells "the agent rejected" from "the agent was busy".
        if (session instanceof Invitation) await session.reject({ statusCode: 603 });
        else if (session instanceof Inviter) await session.cancel();
        return;
      case SessionState.Established:
        await session.bye();
        return;
      case SessionState.Terminating:
      case SessionState.Terminated:
        return;
    }
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#applyMute();
    this.#report({ kind: 'muted', id: this.id, muted });
  }

  /** Hold by re-INVITE: the PBX plays music to the other side. */
  hold(on: boolean): void {
    this.#enqueue(async () => {
      if (this.#wantsHold === on) return;
      this.#reportHold(on ? 'holding' : 'resuming');
      const accepted = await this.#reinvite({ hold: on, iceRestart: false });
      if (!accepted) return this.#report({ kind: 'holdRefused', id: this.id, back: on ? 'off' : 'on' });
      this.#wantsHold = on;
      this.#applyMute();
      this.#reportHold(on ? 'on' : 'off');
    });
  }

  /** New paths for the sound, after the network or the WebSocket changed. */
  restartMedia(): void {
    if (this.#session.state !== SessionState.Established) return;
    this.#enqueue(async () => void (await this.#reinvite({ hold: this.#wantsHold, iceRestart: true })));
  }

  /** @param digits 0–9, *, #; others are left out. */
  sendDigits(digits: string): void {
    const wanted = digits.replace(/[^0-9*#]/g, '');
    const dtmf = this.#connection()?.getSenders()[0]?.dtmf;
    if (!wanted || !dtmf) return;
    // insertDTMF replaces what has not been sent yet: keep it in front, or fast typing loses digits.
    dtmf.insertDTMF(dtmf.toneBuffer + wanted, tone.durationMs, tone.gapMs);
    this.#report({ kind: 'digitsSent', id: this.id, digits: wanted });
  }

  #reportHold(is: Hold): void {
    this.#report({ kind: 'hold', id: this.id, is });
  }

  #enqueue(change: () => Promise<void>): void {
    this.#lastChange = this.#lastChange.then(change).catch(() => undefined);
  }

  /** @returns whether the PBX accepted. A crossing re-INVITE (491) is tried again as RFC 3261 §14.1 says. */
  async #reinvite(how: { hold: boolean; iceRestart: boolean }): Promise<boolean> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      if (this.#session.state !== SessionState.Established) return false;
      const status = await this.#reinviteOnce(how);
      if (status === 200) return true;
      if (status === 481) await this.hangUp();
      if (status !== 491) return false;
      const delayMs = glareDelayMs(this.#session instanceof Inviter, Math.random());
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
    return false;
  }

  #reinviteOnce({ hold, iceRestart }: { hold: boolean; iceRestart: boolean }): Promise<number> {
    // From "inactive" or "recvonly" SIP.js would offer to listen only: start from both ways, it lowers that for a hold itself.
    for (const transceiver of this.#connection()?.getTransceivers() ?? []) {
      if (transceiver.direction !== 'stopped') transceiver.direction = 'sendrecv';
    }
    const sessionDescriptionHandlerOptions: Web.SessionDescriptionHandlerOptions = {
      ...audioOnly,
      hold,
      offerOptions: { iceRestart },
    };
    return new Promise((resolve) => {
      this.#session
        .invite({
          sessionDescriptionHandlerOptions,
          requestDelegate: {
            onAccept: () => resolve(200),
            onReject: (response) => resolve(response.message.statusCode ?? 500),
          },
        })
        .catch(() => resolve(500));
    });
  }

  #connection(): RTCPeerConnection | undefined {
    const handler = this.#session.sessionDescriptionHandler;
    return handler instanceof Web.SessionDescriptionHandler ? handler.peerConnection : undefined;
  }

  #attachSound(): void {
    const handler = this.#session.sessionDescriptionHandler;
    if (!(handler instanceof Web.SessionDescriptionHandler)) return;
    handler.peerConnectionDelegate = {
      ontrack: () => {
        this.#speaker.srcObject = handler.remoteMediaStream;
        this.#speaker.play().catch(() => undefined); // refused until the page has been clicked: see the notice about sound
        this.#applyMute();
      },
      onconnectionstatechange: () => {
        if (handler.peerConnection?.connectionState === 'failed') this.restartMedia();
      },
    };
  }

  /** A muted or held microphone sends silence: the track stays, so that nothing has to be negotiated. */
  #applyMute(): void {
    for (const sender of this.#connection()?.getSenders() ?? []) {
      if (sender.track) sender.track.enabled = !this.#muted && !this.#wantsHold;
    }
  }

  #mediaFailed(error: unknown): void {
    if (error instanceof DOMException) this.#report({ kind: 'microphone', is: microphoneFault(error) });
    void this.hangUp().catch(() => undefined);
  }
}
