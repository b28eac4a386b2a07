/**
 * The server's end of the wire to the bridges: Socket.IO namespace /pbx, as ami-bridge/src/pbx-link.ts describes it. One bridge for each
 * PBX: a newcomer takes over, because the one before may be hung without knowing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Command, CommandResult } from '@headset/ami-bridge/commands';
import { LINK_VERSION, beatSchema, helloSchema, linkAuthSchema, type Beat } from '@headset/ami-bridge/pbx-link';
import { querySchema } from '@headset/ami-bridge/queries';
import type { Database } from '@headset/db';
import { openCalls } from '@headset/db/queries/calls';
import { committedSeq } from '@headset/db/queries/event-pipeline';
import type { Logger } from 'pino';
import type { EventPipeline } from './event-pipeline.ts';
import type { BridgeNamespace, BridgeSocket, Publisher } from './publish.ts';

/** A bridge that has been silent for so long hangs: it beats every second. Known within 5 s. */
const SILENCE_MS = 4_000;
const WATCH_MS = 500;

type Link = { socket: BridgeSocket; epoch: string | null; beat: Beat | null; heardAt: number };
export type LinkState = { up: true; beat: Beat | null } | { up: false; since: number };

export type PbxLinkOptions = {
  namespace: BridgeNamespace;
  token: string;
  db: Database;
  pipeline: EventPipeline;
  publisher: Publisher;
  log: Logger;
  /** A bridge is there and its stream resumes. */
  onHello: (pbxId: string) => void;
  /** A link came, went, fell silent, or its PBX changed state. */
  onChange: (pbxId: string) => void;
};

export class PbxLink {
  readonly #options: PbxLinkOptions;
  readonly #links = new Map<string, Link>();
  readonly #downSince = new Map<string, number>();
  readonly #startedAt = Date.now();
  readonly #watch: NodeJS.Timeout;
  #watchedAt = Date.now();

  constructor(options: PbxLinkOptions) {
    this.#options = options;
    options.namespace.use((socket, next) => {
      const auth = linkAuthSchema.safeParse(socket.handshake.auth);
      if (!auth.success || !sameText(auth.data.token, options.token)) return next(new Error('unauthorized'));
      if (auth.data.v !== LINK_VERSION) return next(new Error('version'));
      socket.data.pbxId = auth.data.pbxId;
      next();
    });
    options.namespace.on('connection', (socket) => this.#accept(socket));
    this.#watch = setInterval(() => this.#dropSilent(), WATCH_MS);
    this.#watch.unref();
  }

  state(pbxId: string): LinkState {
    const link = this.#links.get(pbxId);
    if (link) return { up: true, beat: link.beat };
    return { up: false, since: this.#downSince.get(pbxId) ?? this.#startedAt };
  }

  async command(pbxId: string, command: Command): Promise<CommandResult> {
    const link = this.#links.get(pbxId);
    return link ? this.#options.publisher.command(link.socket, command) : { ok: false, code: 'pbx_disconnected' };
  }

  close(): void {
    clearInterval(this.#watch);
  }

  #accept(socket: BridgeSocket): void {
    const { pbxId } = socket.data;
    const { log } = this.#options;
    const former = this.#links.get(pbxId);
    const link: Link = { socket, epoch: null, beat: null, heardAt: Date.now() };
    this.#links.set(pbxId, link);
    if (former) {
      log.warn({ pbxId }, 'a second bridge takes over');
      former.socket.disconnect(true);
    }
    socket.on('hello', (raw, answer) => {
      this.#hello(link, pbxId, raw, answer).catch((error: unknown) => {
        // Not answered: the bridge says hello again when it has connected again.
        log.warn({ err: error, pbxId }, 'hello could not be answered');
        socket.disconnect(true);
      });
    });
    socket.on('deliver', (raw, committed) => {
      link.heardAt = Date.now();
      if (link.epoch === null || !Array.isArray(raw) || typeof committed !== 'function')
        return void socket.disconnect(true);
      this.#options.pipeline.deliver({ pbxId, epoch: link.epoch }, raw, committed);
    });
    socket.on('beat', (raw) => {
      const beat = beatSchema.safeParse(raw);
      if (!beat.success) return;
      const changed = link.beat?.pbx !== beat.data.pbx || link.beat.notReconciledSince !== beat.data.notReconciledSince;
      link.heardAt = Date.now();
      link.beat = beat.data;
      if (changed && this.#links.get(pbxId) === link) this.#options.onChange(pbxId);
    });
    socket.on('query', (raw, answer) => {
      this.#query(pbxId, raw, answer).catch((error: unknown) =>
        log.warn({ err: error, pbxId }, 'a query was not answered'),
      );
    });
    socket.on('disconnect', () => {
      if (this.#links.get(pbxId) !== link) return;
      this.#links.delete(pbxId);
      this.#downSince.set(pbxId, Date.now());
      log.warn({ pbxId }, 'the bridge is gone');
      this.#options.onChange(pbxId);
    });
    log.info({ pbxId }, 'a bridge connected');
    this.#options.onChange(pbxId);
  }

  async #hello(link: Link, pbxId: string, raw: unknown, answer: unknown): Promise<void> {
    const hello = helloSchema.safeParse(raw);
    if (!hello.success || typeof answer !== 'function') return void link.socket.disconnect(true);
    const seq = await committedSeq(this.#options.db, pbxId, hello.data.epoch);
    link.epoch = hello.data.epoch;
    link.heardAt = Date.now();
    answer({ committedSeq: seq });
    this.#options.onHello(pbxId);
  }

  async #query(pbxId: string, raw: unknown, answer: unknown): Promise<void> {
    const query = querySchema.safeParse(raw);
    if (!query.success || typeof answer !== 'function') return;
    switch (query.data.name) {
      case 'openCalls':
        answer(await openCalls(this.#options.db, pbxId));
    }
  }

  #dropSilent(): void {
    const now = Date.now();
    // If we were the one who slept, what the bridges said meanwhile is still to be read.
    const weSlept = now - this.#watchedAt > SILENCE_MS / 2;
    this.#watchedAt = now;
    for (const link of this.#links.values()) {
      if (weSlept) link.heardAt = now;
      else if (now - link.heardAt > SILENCE_MS) link.socket.disconnect(true);
    }
  }
}

/** In constant time, whatever the lengths. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
