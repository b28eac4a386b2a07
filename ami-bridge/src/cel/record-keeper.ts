/**
 * Sees to it that every call in the PBX's own record is told. While the PBX is connected the tracker tells them, and this only
 * follows; after a gap (`catchUp`) it tells what the record has beyond that, as it does of a call whose end the tracker missed.
 *
 * The checkpoint moves past a call only when the call has ended, all of it was told, and the server has acknowledged it. Whatever
 * dies in between, the next life reads it again and tells it again, under the same identities.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Micros } from '../ami/header.ts';
import type { Snapshot } from '../ami/snapshot.ts';
import type { DomainEvent } from '../domain-events.ts';
import type { Change } from '../tracker/change.ts';
import type { TrackerState } from '../tracker/state.ts';
import { CdrCheck } from './cdr-check.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { diedAt, fateOf } from './fate.ts';
import { Families, type Family } from './families.ts';
import { parseChunk, type ParsedChunk } from './parse.ts';
import { BEGINNING, endOf, readSince, type Checkpoint, type Reading } from './reader.ts';
import { reconcileFromRecord, type Told } from './reconcile-from-record.ts';

/** A place in the record, and its turn: places of different files have an order too. */
type Place = { checkpoint: Checkpoint; turn: number };

export type KeeperOptions = {
  /** Folder with cel.csv, and cdr.csv if there is one. */
  recordDir: string;
  /** Folder of the bridge's own, for the checkpoint. */
  stateDir: string;
  /** Whether a record that is met for the first time is ours from its beginning: our own PBX's is, an existing one's is not. */
  fromBeginning: boolean;
  state: TrackerState;
  outbox: Pick<Outbox, 'lastSeq' | 'depth' | 'overflowed'>;
  /** Puts a change into the state and the outbox. */
  tell: (change: Change) => void;
};

type Complete = { family: Family<Place>; sinceMs: number };

type Outbox = { readonly lastSeq: number; readonly depth: number; readonly overflowed: boolean };

/** The record is written a moment behind the events: how long its entries about calls that are gone are waited for. */
const BEHIND_MS = 1_000;
const LOOK_AGAIN_MS = 50;
/** Calls told before the event loop has its turn: some milliseconds. */
const FAMILIES_A_TURN = 20;
/** A call that the record says has ended is the tracker's to tell for so long. */
const TRACKERS_TURN_MS = 10_000;
/** Ends that were told and are not met in the record: of a record that somebody turned off. */
const MOST_REMEMBERED = 10_000;

export class RecordKeeper {
  /** `calls` that have ended were told from the record, with `facts`. */
  readonly counts = { calls: 0, facts: 0, damaged: 0, gaps: 0 };
  readonly cdr: CdrCheck;
  readonly #options: KeeperOptions;
  readonly #file: string;
  readonly #checkpoints: CheckpointFile;
  readonly #families = new Families<Place>();
  /** Complete families that the tracker may still tell; and those that are told, until the server has acknowledged `seq`. */
  #complete: Complete[] = [];
  #told: { begins: Place; seq: number }[] = [];
  /** Calls whose end was told, and calls of which facts were left out. */
  readonly #ended = new Set<string>();
  readonly #leftOut = new Set<string>();
  #position: Checkpoint | null = null;
  #turns = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#file = path.join(options.recordDir, 'cel.csv');
    this.#checkpoints = new CheckpointFile(options.stateDir, options.state.pbxId);
    this.cdr = new CdrCheck(path.join(options.recordDir, 'cdr.csv'));
  }

  /** Records of channels whose beginning is not in what was read. */
  get headless(): number {
    return this.#families.counts.headless;
  }

  /** To be given every fact, in order. @param taken false when the outbox had no room for them */
  saw(facts: readonly DomainEvent[], taken: boolean): void {
    for (const { kind, callId } of facts) {
      if (!taken) remember(this.#leftOut, callId);
      else if (kind === 'CallEnded') remember(this.#ended, callId);
    }
  }

  /**
   * Tells everything that the record has and the tracker did not see, up to the snapshot. To be called after a gap in the events,
   * before the snapshot is reconciled; no event of the PBX may be applied meanwhile.
   * @param disconnectedAt when the link to the PBX was lost, if this process saw it
   * @returns false when a part of the record is missing: calls may be, too
   */
  catchUp(snapshot: Snapshot, disconnectedAt: Micros | null): Promise<boolean> {
    return this.#oneAtATime(async () => {
      await stat(this.#options.recordDir);
      const whole = await this.#readAll();
      const deadline = performance.now() + BEHIND_MS;
      while (this.#isBehind(snapshot) && performance.now() < deadline) {
        await delay(LOOK_AGAIN_MS);
        await this.#readAll();
      }
      await this.#tellMissed(snapshot, disconnectedAt);
      return whole;
    });
  }

  /** Follows the record while the PBX is connected, and moves the checkpoint. `nowMs` is any clock that does not jump. */
  follow(nowMs: number): Promise<void> {
    return this.#oneAtATime(async () => {
      await this.#readAll();
      await this.#workOff(({ family, sinceMs }) => {
        if (this.#wasTold(family)) return this.#settle(family);
        return nowMs - sinceMs >= TRACKERS_TURN_MS && this.#tellFamily(family, null);
      });
      const acknowledged = this.#options.outbox.lastSeq - this.#options.outbox.depth;
      this.#told = this.#told.filter(({ seq }) => seq > acknowledged);
      await this.#checkpoints.write({ cel: this.#checkpoint(), cdr: await this.cdr.follow() });
    });
  }

  /** Reads all that there is. False when something that was still to be read is gone. */
  async #readAll(): Promise<boolean> {
    this.#position ??= await this.#firstPosition();
    let whole = true;
    for (let more = true; more;) {
      const reading: Reading<ParsedChunk> | null = await readSince(this.#file, this.#position, parseChunk);
      if (reading === null) return whole;
      if (reading.gap) this.counts.gaps++;
      whole &&= !reading.gap;
      this.counts.damaged += reading.damaged;
      for (const { record, offset } of reading.parsed.records) {
        const { file, offset: base } = reading.from;
        this.cdr.saw(record.linkedId);
        const family = this.#families.add(record, { checkpoint: { file, offset: base + offset }, turn: this.#turns++ });
        if (family !== null) this.#complete.push({ family, sinceMs: performance.now() });
      }
      this.#position = reading.checkpoint;
      more = reading.more;
    }
    return whole;
  }

  async #firstPosition(): Promise<Checkpoint> {
    const kept = await this.#checkpoints.read();
    this.cdr.begin(kept?.cdr ?? null);
    if (kept !== null) return kept.cel;
    if (this.#options.fromBeginning) return BEGINNING;
    const end = (await endOf(this.#file)) ?? BEGINNING;
    // Kept at once: were we to die now, our next life would begin behind what the PBX writes meanwhile.
    await this.#checkpoints.write({ cel: end, cdr: await this.cdr.follow() });
    return end;
  }

  /** Takes those complete families off the list for which `done` is true, and lets the event loop live meanwhile. */
  async #workOff(done: (entry: Complete) => boolean): Promise<void> {
    const left: Complete[] = [];
    for (const [index, entry] of this.#complete.entries()) {
      if (this.#options.outbox.overflowed || !done(entry)) left.push(entry);
      if (index % FAMILIES_A_TURN === 0) await nextTurn();
    }
    this.#complete = left;
  }

  #isBehind(snapshot: Snapshot): boolean {
    return this.#families.open.some(({ records }) => fateOf(records, snapshot) === 'gone');
  }

  async #tellMissed(snapshot: Snapshot, disconnectedAt: Micros | null): Promise<void> {
    await this.#workOff(({ family }) => {
      const fate = fateOf(family.records, snapshot);
      if (fate === 'later') return false;
      if (this.#wasTold(family)) return this.#settle(family);
      if (fate !== 'lives') return this.#tellFamily(family, null);
      // It ended after the snapshot, in which it lives: its end is among the events that follow.
      this.#tellSoFar(family, snapshot.takenAt);
      return false;
    });
    const open = this.#families.open.map((family) => ({ family, fate: fateOf(family.records, snapshot) }));
    const dead = open.filter(({ fate }) => fate === 'died').map(({ family }) => family.records);
    const lostAt = diedAt(dead, snapshot, disconnectedAt);
    for (const { family, fate } of open) {
      if (fate === 'later') continue;
      if (fate === 'lives') this.#tellSoFar(family, snapshot.takenAt);
      else if (this.#tellFamily(family, fate === 'died' ? lostAt : null)) this.#families.forget(family);
    }
  }

  #wasTold(family: Family<Place>): boolean {
    return this.#callIds(family).every((callId) => this.#ended.has(callId) && !this.#leftOut.has(callId));
  }

  #callIds({ records }: Family<Place>): string[] {
    const { pbxId } = this.#options.state;
    const begun = records.filter(({ kind, id, linkedId }) => kind === 'CHAN_START' && id === linkedId);
    return begun.map(({ id }) => `${pbxId}-${id}`);
  }

  /** False when there was no room for its facts. */
  #tellFamily(family: Family<Place>, lostAt: Micros | null): boolean {
    const change = this.#tell({ records: family.records, lostAt });
    if (this.#options.outbox.overflowed) return false;
    this.counts.calls++;
    this.counts.facts += change.facts.length;
    return this.#settle(family);
  }

  #tellSoFar(family: Family<Place>, until: Micros): void {
    this.#tell({ records: family.records.filter(({ at }) => at <= until), lostAt: null });
  }

  #tell(told: Told): Change {
    const change = reconcileFromRecord(this.#options.state, [told]);
    this.#options.tell(change);
    return change;
  }

  #settle(family: Family<Place>): true {
    for (const callId of this.#callIds(family)) {
      this.#ended.delete(callId);
      this.#leftOut.delete(callId);
    }
    this.#told.push({ begins: family.begins, seq: this.#options.outbox.lastSeq });
    return true;
  }

  /** Where the next life must begin to read. */
  #checkpoint(): Checkpoint {
    const needed = [
      ...this.#families.open.map(({ begins }) => begins),
      ...this.#complete.map(({ family }) => family.begins),
      ...this.#told.map(({ begins }) => begins),
    ];
    const first = needed.reduce<Place | null>((a, b) => (a === null || b.turn < a.turn ? b : a), null);
    return first?.checkpoint ?? this.#position ?? BEGINNING;
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}

/** The oldest are forgotten: what is not remembered is told once more. */
function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > MOST_REMEMBERED && oldest !== undefined) ids.delete(oldest);
}
