/**
 * The bridge's standing link to one PBX: connects, resynchronises, and begins again after every loss.
 *
 * ```
 *   connecting ──login──▶ reconciling ──snapshot──▶ ready
 *       ▲  ╲ refused            │                     │ FullyBooted: once more
 *       │   ▶ login_refused     │ lost                │ lost
 *       └──────── back-off ◀────┴─────────────────────┘
 * ```
 * Events that come between login and snapshot are kept and handed out after it, in order. Actions are taken in `ready` alone: the
 * library would keep one of before the login and send it later, and a stale Originate would dial.
 */
import type { Frame } from 'asterisk-manager';
import type { Action } from './actions.ts';
import { decodeEvent, type AmiEvent } from './events.ts';
import { whole, type Micros } from './header.ts';
import {
  AmiSession,
  NotConnected,
  SESSION_LIMITS,
  type AmiAddress,
  type SessionEnd,
  type SessionLimits,
} from './session.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';

export type PbxState = 'connecting' | 'reconciling' | 'ready' | 'login_refused';
export type DisconnectReason = 'closed' | 'refused' | 'unreachable' | 'silent' | 'login_refused';

export type ConnectionHandlers = {
  /** The PBX as it is now, and the events since the login or the last snapshot, in order. Called after each login and each FullyBooted. */
  onSnapshot: (snapshot: Snapshot, events: AmiEvent[]) => void;
  onEvent: (event: AmiEvent) => void;
  /** The link was lost, or could not be made. Called once for each attempt that failed. */
  onDisconnected: (reason: DisconnectReason) => void;
};

export type ConnectionLimits = SessionLimits & {
  /** Wait before attempt n is random between half and the whole of `min(firstRetryMs · 2ⁿ, longestRetryMs)`. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** How long the PBX may take to say FullyBooted; one that never does (no `read=system`) is taken as it is. */
  bootedMs: number;
  /** Events kept while the snapshot is made; past it the connection begins again. */
  keptEvents: number;
};

export const CONNECTION_LIMITS: ConnectionLimits = {
  ...SESSION_LIMITS,
  firstRetryMs: 250,
  longestRetryMs: 5_000,
  bootedMs: 2_000,
  keptEvents: 100_000,
};

/** What came and was of no use, by reason, for /metrics. */
export type FrameCounts = {
  events: number;
  ignored: number;
  invalid: number;
  unknown: number;
  oversized: number;
  connections: number;
};

export class AmiConnection {
  readonly counts: FrameCounts = { events: 0, ignored: 0, invalid: 0, unknown: 0, oversized: 0, connections: 0 };
  readonly #address: AmiAddress;
  readonly #handlers: ConnectionHandlers;
  readonly #limits: ConnectionLimits;
  #state: PbxState = 'connecting';
  #session: AmiSession | undefined;
  #kept: AmiEvent[] | null = null;
  #onBooted: ((uptimeSeconds: number | null) => void) | undefined;
  /** Counts reconciles: one that was overtaken by another gives way to it. */
  #round = 0;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #stopped = true;
  #clockOffsetMs = 0;

  constructor(address: AmiAddress, handlers: ConnectionHandlers, limits: Partial<ConnectionLimits> = {}) {
    this.#address = address;
    this.#handlers = handlers;
    this.#limits = { ...CONNECTION_LIMITS, ...limits };
  }

  get state(): PbxState {
    return this.#state;
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#session?.close();
  }

  /** Sends an action; rejects with `NotConnected` outside `ready`, else as `AmiSession.action` does. */
  async action(action: Action, timeoutMs?: number): Promise<Frame> {
    if (this.#state !== 'ready' || this.#session === undefined) throw new NotConnected();
    return this.#session.action(action, timeoutMs);
  }

  /** As `action`, for one that answers with a list. */
  async list(action: Action): Promise<Frame[]> {
    if (this.#state !== 'ready' || this.#session === undefined) throw new NotConnected();
    return this.#session.list(action);
  }

  /** Asks the PBX for everything again, as after a login. Nothing happens outside `ready`. */
  resync(): void {
    if (this.#state === 'ready' && this.#session !== undefined) void this.#reconcile(this.#session, null);
  }

  #connect(): void {
    this.#state = 'connecting';
    this.counts.connections++;
    const session: AmiSession = new AmiSession(
      this.#address,
      {
        onEvent: (frame) => this.#receive(frame),
        onUnknownFrame: () => this.counts.unknown++,
        onEnd: (end) => this.#ended(end),
      },
      this.#limits,
    );
    this.#session = session;
    this.#kept = [];
    const booted = this.#booted();
    void session.authenticated().then(() => this.#reconcile(session, booted));
  }

  /** Resolves with the uptime that FullyBooted carries, or with null when it does not come. */
  #booted(): Promise<number | null> {
    return new Promise((resolve) => {
      this.#onBooted = resolve;
    });
  }

  async #reconcile(session: AmiSession, booted: Promise<number | null> | null): Promise<void> {
    const round = ++this.#round;
    this.#state = 'reconciling';
    this.#kept ??= [];
    const snapshot = await this.#ask(session, booted).catch(() => null);
    if (this.#session !== session || this.#round !== round) return;
    // No answer, or a refusal, to a question that any AMI user of ours may ask: begin again.
    if (snapshot === null) session.close();
    else this.#ready(snapshot);
  }

  async #ask(session: AmiSession, booted: Promise<number | null> | null): Promise<Snapshot> {
    const uptimeSeconds = booted === null ? null : await within(this.#limits.bootedMs, booted);
    this.#onBooted = undefined;
    await session.action({ Action: 'Events', EventMask: 'system,call,agent,user' });
    return takeSnapshot(session, uptimeSeconds, Date.now);
  }

  #ready(snapshot: Snapshot): void {
    const events = this.#kept ?? [];
    this.#kept = null;
    this.#state = 'ready';
    this.#failures = 0;
    this.#clockOffsetMs = snapshot.clockOffsetMs;
    this.#handlers.onSnapshot(snapshot, events);
  }

  #receive(frame: Frame): void {
    this.counts.events++;
    const event = decodeEvent(frame, () => this.#pbxNow());
    if (event === 'ignored') {
      this.counts.ignored++;
    } else if (event === 'invalid') {
      this.counts.invalid++;
    } else if (event.name === 'FullyBooted') {
      this.#fullyBooted(whole(frame, 'uptime'));
    } else if (this.#kept === null) {
      this.#handlers.onEvent(event);
    } else {
      this.#kept.push(event);
      if (this.#kept.length > this.#limits.keptEvents) this.#session?.close();
    }
  }

  /** Comes at once after a login, or, when we logged in while Asterisk was starting, when it has started. */
  #fullyBooted(uptimeSeconds: number | null): void {
    if (this.#onBooted !== undefined) {
      this.#onBooted(uptimeSeconds);
      this.#onBooted = undefined;
    } else if (this.#session !== undefined) {
      void this.#reconcile(this.#session, Promise.resolve(uptimeSeconds));
    }
  }

  #ended(end: SessionEnd): void {
    this.#session = undefined;
    this.#kept = null;
    this.#onBooted = undefined;
    if (end === 'oversized') this.counts.oversized++;
    this.#state = end === 'login_refused' ? 'login_refused' : 'connecting';
    if (this.#stopped) return;
    this.#handlers.onDisconnected(end === 'oversized' ? 'closed' : end);
    if (end === 'login_refused') return;
    const longest = Math.min(this.#limits.firstRetryMs * 2 ** this.#failures++, this.#limits.longestRetryMs);
    this.#retry = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #pbxNow(): Micros {
    return (Date.now() + this.#clockOffsetMs) * 1000;
  }
}

/** The promise's value, or null when it takes longer than `ms`. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
