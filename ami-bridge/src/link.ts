/**
 * The bridge's end of the wire to the server (see pbx-link.ts): says hello, sends what the outbox holds, takes commands.
 * Facts go out in order and without waiting for one another, but never more than a window of unacknowledged ones: a server that
 * hangs must not fill our memory twice.
 */
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { LINK_VERSION, type Beat, type BridgeToServer, type ServerToBridge } from './pbx-link.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { CommandResult } from './commands.ts';

const WINDOW = 5_000;
const BATCH = 250;
const BEAT_MS = 1_000;

export type LinkOptions = { serverUrl: string; token: string; pbxId: string };

export type LinkHandlers = {
  /** Whatever the server sent as a command, unchecked. */
  onCommand: (command: unknown) => Promise<CommandResult>;
  beat: () => Beat;
  /** All that was in the outbox has been committed. */
  onDrained: () => void;
  onConnected: (connected: boolean) => void;
  /** `unauthorized`, `version`, or a transport's words. */
  onRefused: (reason: string) => void;
};

export class Link {
  readonly #socket: Socket<ServerToBridge, BridgeToServer>;
  readonly #outbox: Outbox;
  readonly #handlers: LinkHandlers;
  readonly #beat: NodeJS.Timeout;
  /** Highest seq that is sent on this connection; null before the server has answered hello. */
  #sent: number | null = null;
  #committed = 0;

  constructor({ serverUrl, token, pbxId }: LinkOptions, outbox: Outbox, handlers: LinkHandlers) {
    this.#outbox = outbox;
    this.#handlers = handlers;
    this.#socket = io(new URL('/pbx', serverUrl).href, {
      auth: { token, pbxId, v: LINK_VERSION },
      transports: ['websocket'],
      reconnectionDelay: 200,
      reconnectionDelayMax: 3_000,
      randomizationFactor: 0.5,
      timeout: 5_000,
    });
    this.#socket.on('connect', () => this.#hello());
    this.#socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.#socket.on('connect_error', (error) => this.#refused(error.message));
    this.#socket.on('command', (command, result) => void handlers.onCommand(command).then(result));
    this.#beat = setInterval(() => {
      if (this.#socket.connected) this.#socket.emit('beat', handlers.beat());
    }, BEAT_MS);
  }

  get connected(): boolean {
    return this.#sent !== null;
  }

  /** Sends what the outbox has and this connection has not had yet. */
  pump(): void {
    while (this.#sent !== null && this.#sent - this.#committed < WINDOW) {
      const deliveries = this.#outbox.after(this.#sent, BATCH);
      const last = deliveries.at(-1);
      if (last === undefined) return;
      this.#sent = last.seq;
      this.#socket.emit('deliver', deliveries, (seq) => this.#acknowledged(seq));
    }
  }

  close(): void {
    clearInterval(this.#beat);
    this.#socket.disconnect();
  }

  #hello(): void {
    this.#socket.emit('hello', { epoch: this.#outbox.epoch }, (answer: unknown) => {
      const { data } = z.object({ committedSeq: z.number().int().nonnegative() }).safeParse(answer);
      if (data === undefined) return this.#refused('the answer to hello cannot be read');
      this.#committed = this.#sent = data.committedSeq;
      this.#handlers.onConnected(true);
      this.#acknowledged(data.committedSeq);
    });
  }

  #acknowledged(seq: unknown): void {
    if (typeof seq !== 'number' || this.#sent === null || seq > this.#sent) return;
    this.#committed = Math.max(this.#committed, seq);
    this.#outbox.acknowledge(seq);
    if (this.#outbox.depth === 0) this.#handlers.onDrained();
    this.pump();
  }

  /** Socket.IO comes back by itself, unless the server sent us away (another bridge took the stream over). */
  #disconnected(reason: string): void {
    const was = this.#sent !== null;
    this.#sent = null;
    if (was) this.#handlers.onConnected(false);
    if (reason === 'io server disconnect') this.#refused('taken over by another bridge');
  }

  /** A refused handshake is not repeated by Socket.IO: we do, slowly, because a server may be set right. */
  #refused(reason: string): void {
    this.#handlers.onRefused(reason);
    if (!this.#socket.active) setTimeout(() => this.#socket.connect(), 3_000).unref();
  }
}
