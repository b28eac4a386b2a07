/**
 * The phone's line to the PBX: a SIP.js UserAgent over a WebSocket, and its registration. It reconnects for ever and notices a dead
 * peer by OPTIONS. (SIP.js' own SessionManager drops all calls with the WebSocket; here they live on.)
 */
import type { PhoneAccount } from '@headset/server/contract/session.ts';
import { Inviter, Registerer, RequestPendingError, UserAgent, type Invitation, type URI } from 'sip.js';
import { reconnectDelayMs } from './backoff.ts';

/** Renewed at 60 % of its life: the timers of a hidden tab may come a minute late. */
const registration = { expires: 300, refreshFrequency: 60 };
/** How often an idle line is asked whether it lives, and how long it may take to say so. */
const keepAlive = { everyMs: 20_000, deadlineMs: 8_000 };

export type ConnectionReports = {
  connecting(): void;
  registered(): void;
  lost(): void;
  refused(status: number): void;
  invited(invitation: Invitation): void;
};

export class SipConnection {
  readonly #agent: UserAgent;
  readonly #registerer: Registerer;
  readonly #self: URI;
  readonly #reports: ConnectionReports;
  #attempt = 0;
  #closed = false;
  #registering = true;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #nextProbe: ReturnType<typeof setTimeout> | undefined;
  #probeDeadline: ReturnType<typeof setTimeout> | undefined;
  readonly #onOnline = (): void => this.#retryNow();

  /** @throws when the account's URI cannot be read. */
  constructor(account: PhoneAccount, reports: ConnectionReports) {
    const self = UserAgent.makeURI(account.uri);
    if (!self) throw new Error('the phone account has no readable SIP address');
    this.#self = self;
    this.#reports = reports;
    this.#agent = new UserAgent({
      uri: self,
      displayName: account.displayName,
      authorizationUsername: account.username,
      authorizationPassword: account.password,
      transportOptions: { server: account.webSocketUrl, traceSip: false },
      // SIP.js traces whole messages, which hold phone numbers.
      logBuiltinEnabled: false,
      logLevel: 'error',
      reconnectionAttempts: 0,
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: 500,
        // No STUN: the default is a public server, and the PBX is reached directly.
        peerConnectionConfiguration: { iceServers: [], bundlePolicy: 'balanced' },
      },
      delegate: {
        onInvite: (invitation) => reports.invited(invitation),
        onConnect: () => this.#onConnected(),
        onDisconnect: () => this.#onLost(),
      },
    });
    this.#registerer = new Registerer(this.#agent, registration);
    globalThis.addEventListener('online', this.#onOnline);
  }

  open(): void {
    this.#reports.connecting();
    this.#agent.start().catch(() => this.#onLost());
  }

  /** A session towards a number or extension of this PBX. */
  invite(user: string, extraHeaders: string[] = []): Inviter | null {
    const target = UserAgent.makeURI(`sip:${user}@${this.#self.host}`);
    return target ? new Inviter(this.#agent, target, { earlyMedia: true, extraHeaders }) : null;
  }

  /** Gives the registration up; the WebSocket stays for the call that still runs on it. */
  unregister(): void {
    this.#registering = false;
    this.#registerer.unregister().catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener('online', this.#onOnline);
    clearTimeout(this.#retry);
    this.#stopProbing();
    this.#agent.stop().catch(() => undefined);
  }

  #onConnected(): void {
    clearTimeout(this.#retry);
    if (this.#registering) this.#register();
    this.#probeLater();
  }

  #register(): void {
    this.#registerer
      .register({
        requestDelegate: {
          onAccept: () => {
            this.#attempt = 0;
            if (!this.#closed && this.#registering) this.#reports.registered();
          },
          onReject: (response) => this.#onRefused(response.message.statusCode ?? 500),
        },
      })
      // One is still under way; its answer will do.
      .catch((error: unknown) => {
        if (!(error instanceof RequestPendingError)) this.#dropLine();
      });
  }

  #onRefused(status: number): void {
    if (this.#closed) return;
    // 408 and 503 are SIP.js' own words for "no answer" and "no transport": the line is bad, not the account.
    if (status === 408 || status === 503) this.#dropLine();
    else this.#reports.refused(status);
  }

  #onLost(): void {
    if (this.#closed) return;
    this.#stopProbing();
    this.#reports.lost();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#reconnect(), reconnectDelayMs(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #retryNow(): void {
    if (this.#closed || this.#agent.isConnected()) return;
    clearTimeout(this.#retry);
    this.#reconnect();
  }

  #reconnect(): void {
    this.#reports.connecting();
    this.#agent.reconnect().catch(() => this.#onLost());
  }

  /** Closes the WebSocket; `onDisconnect` then starts the reconnection. */
  #dropLine(): void {
    this.#agent.transport.disconnect().catch(() => this.#onLost());
  }

  #probeLater(): void {
    this.#stopProbing();
    this.#nextProbe = setTimeout(() => this.#probe(), keepAlive.everyMs);
  }

  #probe(): void {
    const core = this.#agent.userAgentCore;
    const options = core.makeOutgoingRequestMessage('OPTIONS', this.#self, this.#self, this.#self, {});
    this.#probeDeadline = setTimeout(() => this.#dropLine(), keepAlive.deadlineMs);
    // Any answer at all, even a refusal, came from a living PBX. 408 and 503 are made by SIP.js itself.
    const alive = (): void => this.#probeLater();
    core.request(options, {
      onAccept: alive,
      onRedirect: alive,
      onReject: (response) => {
        const status = response.message.statusCode;
        if (status === 408 || status === 503) this.#dropLine();
        else alive();
      },
    });
  }

  #stopProbing(): void {
    clearTimeout(this.#nextProbe);
    clearTimeout(this.#probeDeadline);
  }
}
