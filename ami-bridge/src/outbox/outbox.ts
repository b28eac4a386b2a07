/**
 * The bridge's memory: numbered facts until the server has committed them, and the calls as they stood after each. One append-only
 * file, 0600, bounded. A turn of the event loop is one write; fdatasync follows behind, one for all that was written meanwhile.
 * A fact is written before it is sent, so a bridge that is killed never numbers or tells again what the server knows otherwise.
 *
 * Each life of the process is an epoch of its own: what an earlier one left is carried over under new numbers.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Delivery } from '../pbx-link.ts';
import type { Change } from '../tracker/change.ts';
import type { Call } from '../tracker/state.ts';
import { emptyRecovery, JOURNAL_FORMAT, readJournal, type Head, type Line, type Recovered } from './journal-line.ts';

export type OutboxLimits = {
  /** Unacknowledged facts beyond which new ones are left out (a day of a busy centre without its server). */
  facts: number;
  /** Size at which a file is written anew without what is acknowledged. */
  rewriteBytes: number;
};

export const OUTBOX_LIMITS: OutboxLimits = { facts: 200_000, rewriteBytes: 16 * 1024 * 1024 };

export class Outbox {
  readonly epoch: string = randomUUID();
  /** Facts left out for want of room, and writes that failed: for /metrics. */
  readonly counts = { leftOut: 0, writeErrors: 0, rewrites: 0 };
  readonly #file: string;
  readonly #pbxId: string;
  readonly #limits: OutboxLimits;
  readonly #calls: Map<string, Call>;
  #pending: Delivery[];
  #lastSeq: number;
  #pbxStartedAt: number | null;
  #lastOrdinal: number;
  #overflowed: boolean;
  #turn: Line = {};
  #fd = -1;
  #bytes = 0;
  #rewriteAtBytes = 0;
  #sync: 'idle' | 'running' | 'again' = 'idle';
  #mustRewrite = true;

  private constructor(file: string, pbxId: string, limits: OutboxLimits, recovered: Recovered) {
    this.#file = file;
    this.#pbxId = pbxId;
    this.#limits = limits;
    this.#calls = new Map(recovered.calls);
    this.#pending = recovered.deliveries.map(({ event }, index) => ({ seq: index + 1, event }));
    this.#lastSeq = this.#pending.length;
    this.#pbxStartedAt = recovered.pbxStartedAt;
    this.#lastOrdinal = recovered.lastOrdinal;
    this.#overflowed = recovered.overflowed;
  }

  /** Opens the outbox in `folder` (made if missing, 0700) and tells what an earlier life left in it. Throws when the folder cannot be written. */
  static open(folder: string, pbxId: string, limits = OUTBOX_LIMITS): { outbox: Outbox; recovered: Recovered } {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `outbox-${pbxId}.jsonl`);
    const recovered = readIfThere(file, pbxId);
    const outbox = new Outbox(file, pbxId, limits, recovered);
    outbox.#rewrite();
    return { outbox, recovered };
  }

  /** Number of the last fact that was taken in. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get depth(): number {
    return this.#pending.length;
  }

  /** Facts were left out; the live calls must be told again once there is room (`retell`). */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Takes in what a change brought. In the file after the next `flush`. */
  append({ facts, calls, pbxStartedAt, lastOrdinal }: Change): void {
    if (facts.length === 0) return;
    const room = !this.#overflowed && this.#pending.length + facts.length <= this.#limits.facts;
    if (room) {
      const deliveries = facts.map((event) => ({ seq: ++this.#lastSeq, event }));
      this.#pending.push(...deliveries);
      (this.#turn.deliveries ??= []).push(...deliveries);
    } else {
      this.counts.leftOut += facts.length;
      this.#turn.overflowed = this.#overflowed = true;
    }
    this.#turn.calls ??= {};
    for (const [id, call] of calls) {
      this.#turn.calls[id] = call;
      if (call === null) this.#calls.delete(id);
      else this.#calls.set(id, call);
    }
    this.#turn.pbxStartedAt = this.#pbxStartedAt = pbxStartedAt;
    this.#turn.lastOrdinal = this.#lastOrdinal = lastOrdinal;
  }

  /** Writes what the turn brought. Quick: into the kernel's memory, which a killed process does not take with it. */
  flush(): void {
    if (Object.keys(this.#turn).length === 0) return;
    const line = `${JSON.stringify(this.#turn)}\n`;
    this.#turn = {};
    try {
      if (this.#mustRewrite || this.#bytes > this.#rewriteAtBytes) this.#rewrite();
      else this.#bytes += writeSync(this.#fd, line);
      this.#syncBehind();
    } catch {
      // No room on the disk: the facts are still sent from memory, and the file is made anew with the next turn.
      this.counts.writeErrors++;
      this.#mustRewrite = true;
    }
  }

  /** At most `limit` facts after number `seq`, in order. */
  after(seq: number, limit: number): Delivery[] {
    const first = this.#pending[0]?.seq ?? this.#lastSeq + 1;
    const from = Math.max(0, seq + 1 - first);
    return this.#pending.slice(from, from + limit);
  }

  /** The server has committed everything up to `seq`. */
  acknowledge(seq: number): void {
    const first = this.#pending[0]?.seq;
    if (first === undefined || seq < first) return;
    this.#pending = this.#pending.slice(seq - first + 1);
    this.#turn.acknowledged = seq;
  }

  /** Facts are taken in again: to be called when the outbox is empty, with the live calls told again right after. */
  clearOverflow(): void {
    this.#turn.overflowed = this.#overflowed = false;
  }

  close(): void {
    this.flush();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = -1;
  }

  /** A new file with what is still needed, put in the old one's place when it is safely on the disk. */
  #rewrite(): void {
    const draft = `${this.#file}.new`;
    const fd = openSync(draft, 'w', 0o600);
    const head: Head = { format: JOURNAL_FORMAT, pbxId: this.#pbxId, epoch: this.epoch };
    const rest: Line = {
      deliveries: this.#pending,
      calls: Object.fromEntries(this.#calls),
      pbxStartedAt: this.#pbxStartedAt,
      lastOrdinal: this.#lastOrdinal,
      overflowed: this.#overflowed,
    };
    this.#bytes = writeSync(fd, `${JSON.stringify(head)}\n${JSON.stringify(rest)}\n`);
    // A file full of unacknowledged facts does not shrink: it is written anew when it has doubled.
    this.#rewriteAtBytes = Math.max(this.#limits.rewriteBytes, 2 * this.#bytes);
    fsyncSync(fd);
    renameSync(draft, this.#file);
    syncFolder(path.dirname(this.#file));
    if (this.#fd !== -1) closeSync(this.#fd);
    this.#fd = fd;
    this.#mustRewrite = false;
    this.counts.rewrites++;
  }

  #syncBehind(): void {
    if (this.#sync !== 'idle') {
      this.#sync = 'again';
      return;
    }
    this.#sync = 'running';
    fdatasync(this.#fd, (error) => {
      if (error !== null && error.code !== 'EBADF') this.counts.writeErrors++;
      const again = this.#sync === 'again';
      this.#sync = 'idle';
      if (again && this.#fd !== -1) this.#syncBehind();
    });
  }
}

function readIfThere(file: string, pbxId: string): Recovered {
  try {
    return readJournal(readFileSync(file, 'utf8'), pbxId);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyRecovery();
    throw error;
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
