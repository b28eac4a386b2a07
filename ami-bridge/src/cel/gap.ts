/**
 * The time during which events of the PBX were missed: from the loss of the link (or the start of the process) until the PBX's own
 * record was read up to the next snapshot. Events that come while it is read wait here.
 */
import type { Logger } from 'pino';
import type { AmiEvent } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import type { Snapshot } from '../ami/snapshot.ts';
import { iso } from '../tracker/change.ts';
import type { RecordKeeper } from './record-keeper.ts';

/** How often the record is looked at while the PBX is connected. */
const FOLLOW_MS = 5_000;

export class Gap {
  /** The PBX's own record of calls; null where there is none. */
  readonly record: RecordKeeper | null;
  readonly #log: Logger;
  readonly #startedAt: Micros = Date.now() * 1000;
  /** `since`: when the link was lost, if this process saw it. Null while no event is missed. */
  #open: { since: Micros | null } | null = { since: null };
  #kept: AmiEvent[] | null = null;
  #notReconciledSince: Micros | null = null;
  #follow: NodeJS.Timeout | undefined;

  constructor(record: RecordKeeper | null, log: Logger) {
    this.record = record;
    this.#log = log;
  }

  start(): void {
    this.#follow = setInterval(() => void this.#followRecord(), FOLLOW_MS);
  }

  stop(): void {
    clearInterval(this.#follow);
  }

  /** The record is being read. */
  get isReading(): boolean {
    return this.#kept !== null;
  }

  /** Since when calls may be missing, because the record could not be read. ISO 8601, or null. */
  get notReconciledSince(): string | null {
    return this.#notReconciledSince === null ? null : iso(this.#notReconciledSince);
  }

  /** The link to the PBX was lost. */
  begin(at: Micros): void {
    this.#kept = null;
    this.#open ??= { since: at };
  }

  /** True when the event must wait: it is handed out when the record was read. */
  keeps(event: AmiEvent): boolean {
    this.#kept?.push(event);
    return this.#kept !== null;
  }

  /**
   * Tells what was missed, if anything was, and then calls `synchronise`, unless the link was lost meanwhile.
   * @param events those since the login, in order
   * @param synchronise takes the snapshot in; `before` are the events up to it that neither it nor the record tells, `after` the rest
   */
  end(
    snapshot: Snapshot,
    events: readonly AmiEvent[],
    synchronise: (before: AmiEvent[], after: AmiEvent[]) => void,
  ): void {
    const before = events.filter(({ at }) => at <= snapshot.takenAt);
    const kept = events.filter(({ at }) => at > snapshot.takenAt);
    const finish = (told: boolean): void => {
      this.#open = this.#kept = null;
      // Hold is in no record: pbx/README.md, cel.csv.
      synchronise(told ? before.filter(({ name }) => name === 'Hold' || name === 'Unhold') : before, kept);
    };
    if (this.#open === null) return finish(false);
    if (this.record === null) {
      this.#mayMissCalls();
      return finish(false);
    }
    this.#kept = kept;
    void this.#catchUp(this.record, snapshot, this.#open.since).then((told) => {
      // Other events that wait: the link was lost, and the next snapshot begins again.
      if (this.#kept === kept) finish(told);
    });
  }

  /** True when everything up to the snapshot was told from the record. */
  async #catchUp(record: RecordKeeper, snapshot: Snapshot, since: Micros | null): Promise<boolean> {
    const { calls: toldBefore } = record.counts;
    try {
      const whole = await record.catchUp(snapshot, since);
      const calls = record.counts.calls - toldBefore;
      if (calls > 0) this.#log.info({ calls }, "calls told from the PBX's own record");
      if (whole) {
        // What could not be read earlier was read now; what is gone stays gone.
        if (record.counts.gaps === 0) this.#notReconciledSince = null;
        return true;
      }
      this.#log.error("a part of the PBX's own record is gone: calls may be missing");
    } catch (error) {
      this.#log.error({ err: error }, "the PBX's own record cannot be read: calls may be missing");
    }
    this.#mayMissCalls();
    return false;
  }

  #mayMissCalls(): void {
    this.#notReconciledSince ??= this.#open?.since ?? this.#startedAt;
  }

  async #followRecord(): Promise<void> {
    if (this.#open !== null) return;
    // The next look will find what this one could not read.
    await this.record?.follow(performance.now()).catch((error: unknown) => {
      this.#log.warn({ err: error }, "the PBX's own record cannot be read");
    });
  }
}
