/**
 * One AMI connection, from TCP to its end, around a fresh instance of asterisk-manager: the library glues the half message of an
 * old connection to a new one, so an instance never lives longer than its socket.
 */
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import AsteriskManager, { type AsteriskManager as Manager, type Frame } from 'asterisk-manager';
import { assertAllowed, type Action } from './actions.ts';

export type AmiAddress = { host: string; port: number; user: string; secret: string };

/** Why a connection ended, as far as the domain tells them apart; `oversized` counts as closed. */
export type SessionEnd = 'closed' | 'refused' | 'unreachable' | 'silent' | 'login_refused' | 'oversized';

export type SessionHandlers = {
  /** An event that answers no list action. Must be quick: it runs between two frames. */
  onEvent: (frame: Frame) => void;
  /** A frame that is neither event nor response, in whole. */
  onUnknownFrame: () => void;
  /** Called once, whatever ended it; all pending actions have failed by then. */
  onEnd: (end: SessionEnd) => void;
};

export type SessionLimits = {
  connectMs: number;
  actionMs: number;
  pingEveryMs: number;
  pingMs: number;
  frameChars: number;
};

export const SESSION_LIMITS: SessionLimits = {
  connectMs: 3_000,
  actionMs: 5_000,
  pingEveryMs: 2_500,
  pingMs: 5_000,
  // The longest frames known (Originate'd variables, dial strings of ring-all) stay under 16 KB.
  frameChars: 128 * 1024,
};

/** Asterisk answered an action with `Response: Error`; `message` is its text. */
export class RefusedByPbx extends Error {}
/** No answer in time. Whether Asterisk acted is unknown. */
export class ActionTimeout extends Error {}
/** The connection ended, or was not ready. */
export class NotConnected extends Error {}

type Pending = {
  resolve: (rows: Frame[]) => void;
  reject: (error: Error) => void;
  rows: Frame[] | null;
  timer: NodeJS.Timeout;
};

export class AmiSession {
  readonly #manager: Manager;
  readonly #handlers: SessionHandlers;
  readonly #limits: SessionLimits;
  readonly #pending = new Map<string, Pending>();
  readonly #timers: NodeJS.Timeout[] = [];
  #socket: Socket | undefined;
  #ended = false;
  #authenticated = false;
  /** When bytes last came: a reading of performance.now(). */
  #heardAt = 0;

  constructor(address: AmiAddress, handlers: SessionHandlers, limits: SessionLimits = SESSION_LIMITS) {
    this.#handlers = handlers;
    this.#limits = limits;
    this.#manager = new AsteriskManager(null, address.host, address.user, address.secret, true);
    this.#manager.on('error', (error) => this.#end(error.code === 'ECONNREFUSED' ? 'refused' : this.#lost()));
    this.#manager.on('close', () => this.#end('closed'));
    this.#manager.on('end', () => this.#end('closed'));
    this.#manager.on('managerevent', (frame) => this.#receive(frame));
    this.#manager.on('asterisk', (frame) => {
      if (frame.response === undefined) handlers.onUnknownFrame();
    });
    this.#after(limits.connectMs, () => {
      if (!this.#authenticated) this.#end('unreachable');
    });
    this.#connect(address);
  }

  /** Sends one action. Resolves with the response, or rejects with `RefusedByPbx`, `ActionTimeout`, `NotConnected` or `RefusedAction`. */
  async action(action: Action, timeoutMs = this.#limits.actionMs): Promise<Frame> {
    const [response] = await this.#send(action, false, timeoutMs);
    if (response === undefined) throw new NotConnected();
    return response;
  }

  /** Sends an action that answers with a list, and resolves with its rows once the PBX said that the list is complete. */
  list(action: Action, timeoutMs = this.#limits.actionMs): Promise<Frame[]> {
    return this.#send(action, true, timeoutMs);
  }

  close(): void {
    this.#end('closed');
  }

  /** The library hides its socket; node:net names each new one to whoever listens, and connect() makes it synchronously. */
  #connect(address: AmiAddress): void {
    const seen = (message: unknown): void => {
      if (typeof message === 'object' && message !== null && 'socket' in message) this.#guard(message.socket as Socket);
    };
    subscribe('net.client.socket', seen);
    try {
      this.#manager.connect(address.port, address.host, () => this.#login());
    } finally {
      unsubscribe('net.client.socket', seen);
    }
  }

  /** Runs before the library's own listener: ends a connection whose frame does not end, which the library would hold without bound. */
  #guard(socket: Socket): void {
    this.#socket = socket;
    let open = 0;
    socket.on('data', (chunk: string | Buffer) => {
      this.#heardAt = performance.now();
      const data = String(chunk);
      const frameEnd = data.lastIndexOf('\n\r\n');
      open = frameEnd === -1 ? open + data.length : data.length - frameEnd;
      if (open > this.#limits.frameChars) this.#end('oversized');
    });
  }

  #login(): void {
    this.#manager.login((error) => {
      if (this.#ended) return;
      if (error) return this.#end('login_refused');
      this.#authenticated = true;
      this.#ping();
      this.#whenAuthenticated?.();
    });
  }

  #whenAuthenticated: (() => void) | undefined;

  /** Resolves after the login; a refused one ends the session instead. */
  authenticated(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#authenticated) resolve();
      else this.#whenAuthenticated = resolve;
    });
  }

  /**
   * One ping after another. A peer that sends nothing in the time of an answer is dead; one whose answer waits behind a storm of events
   * is not.
   */
  #ping(): void {
    const askedAt = performance.now();
    this.action({ Action: 'Ping' }, this.#limits.pingMs).then(
      () => this.#after(this.#limits.pingEveryMs, () => this.#ping()),
      () => (this.#heardAt > askedAt ? this.#ping() : this.#end('silent')),
    );
  }

  #send(action: Action, list: boolean, timeoutMs: number): Promise<Frame[]> {
    return new Promise((resolve, reject) => {
      if (this.#ended || !this.#authenticated) return reject(new NotConnected());
      assertAllowed(action);
      // ActionIDs and event names share the library's emitter: the prefix keeps them apart.
      const id = `headset-${randomUUID()}`;
      const timer = setTimeout(() => this.#fail(id, new ActionTimeout(action.Action)), timeoutMs);
      this.#pending.set(id, { resolve, reject, rows: list ? [] : null, timer });
      this.#manager.action({ ...action, actionid: id }, (error, response) =>
        this.#answered(id, error ?? null, response),
      );
    });
  }

  #answered(id: string, error: Frame | null, response: Frame | undefined): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    if (error !== null) return this.#fail(id, new RefusedByPbx(typeof error.message === 'string' ? error.message : ''));
    if (pending.rows === null) this.#settle(id, response === undefined ? [] : [response]);
  }

  #receive(frame: Frame): void {
    if (this.#ended) return;
    const id = frame.actionid;
    const pending = typeof id === 'string' ? this.#pending.get(id) : undefined;
    if (typeof id !== 'string' || pending?.rows == null) return this.#handlers.onEvent(frame);
    if (frame.eventlist === undefined) pending.rows.push(frame);
    else if (frame.eventlist === 'Complete') this.#settle(id, pending.rows);
    else this.#fail(id, new RefusedByPbx('the list was cut short'));
  }

  #settle(id: string, rows: Frame[]): void {
    this.#forget(id)?.resolve(rows);
  }

  #fail(id: string, error: Error): void {
    this.#forget(id)?.reject(error);
  }

  #forget(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    clearTimeout(pending?.timer);
    this.#pending.delete(id);
    this.#manager.removeAllListeners(id);
    return pending;
  }

  /** A socket error after the login is a lost connection; before it, an unreachable host. */
  #lost(): SessionEnd {
    return this.#authenticated ? 'closed' : 'unreachable';
  }

  #end(end: SessionEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.forEach(clearTimeout);
    for (const id of [...this.#pending.keys()]) this.#fail(id, new NotConnected());
    // destroy, not end: not one more byte of this connection may arrive anywhere.
    this.#socket?.destroy();
    this.#handlers.onEnd(end);
  }

  #after(ms: number, then: () => void): void {
    this.#timers.push(setTimeout(then, ms));
  }
}
