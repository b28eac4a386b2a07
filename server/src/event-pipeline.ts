/**
 * Each fact: evolve → save → publish → acknowledge.
 *
 * There are no timers: while one transaction commits, deliveries queue; the next takes all of them. Facts that the ledger already has
 * change nothing. On any failure of the database nothing is published and nothing acknowledged: what is in memory is thrown away
 * and read back, and the same deliveries are tried again, for ever. Only what Postgres refuses for its values is set aside.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import type { Database } from '@headset/db';
import type { Logger } from 'pino';
import type { Roster } from './agents/roster.ts';
import type { Matches } from './clients/client-match.ts';
import { commitBatch } from './batch.ts';
import type { Step } from './calls/draft.ts';
import { codeOf, isRefusedData } from './database-errors.ts';
import { readDelivery, type ReadDelivery, type Source } from './delivery.ts';
import type { Floor } from './floor.ts';
import type { Metrics } from './metrics.ts';

/** One `deliver` message of a bridge, on its way through. */
export type Message = {
  source: Source;
  deliveries: ReadDelivery[];
  highestSeq: number;
  committed: (seq: number) => void;
};

export type PipelineOptions = {
  db: Database;
  floor: Floor;
  roster: Roster;
  log: Logger;
  metrics: Metrics;
  matches: Matches;
  /** Facts that stand in the ledger from now on, in order. */
  publish: (steps: readonly Step[]) => Promise<void>;
  /** Reads memory back from Postgres, and shows it to the desks. */
  rebuild: () => Promise<void>;
};

/** More facts than this wait for the next transaction: after an outage a bridge sends thousands. */
const BATCH_FACTS = 1_000;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 1_000;

export class EventPipeline {
  readonly #options: PipelineOptions;
  #queue: Message[] = [];
  #running: Promise<void> | null = null;
  #closing = false;
  /** Until memory has been read for the first time, and while attempts fail. */
  #failing = true;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Waiting deliveries, and whether they can be committed at all. */
  get status(): { depth: number; failing: boolean } {
    return { depth: this.#queue.reduce((sum, message) => sum + message.deliveries.length, 0), failing: this.#failing };
  }

  /** `committed` is called with the highest seq of the message once all of it is in the ledger or set aside. */
  deliver(source: Source, raw: readonly unknown[], committed: (seq: number) => void): void {
    if (this.#closing) return;
    const deliveries = raw.map((one) => readDelivery(source, one));
    const highestSeq = Math.max(0, ...deliveries.map((delivery) => delivery.seq));
    this.#queue.push({ source, deliveries, highestSeq, committed });
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  /** Reads memory from Postgres, waiting for Postgres if need be. What bridges deliver meanwhile is committed after it. */
  async start(): Promise<void> {
    const rebuilt = this.#untilItWorks(this.#options.rebuild);
    this.#running = rebuilt.then(() => this.#run()).finally(() => (this.#running = null));
    await rebuilt;
  }

  /** Lets the transaction that runs end. What waits stays with the bridges, which were told nothing. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closing) {
      const messages = this.#takeBatch();
      await this.#untilItWorks(() => this.#process(messages), this.#options.rebuild);
    }
  }

  #takeBatch(): Message[] {
    let facts = 0;
    const end = this.#queue.findIndex((message) => (facts += message.deliveries.length) > BATCH_FACTS);
    return this.#queue.splice(0, end === -1 ? this.#queue.length : Math.max(1, end));
  }

  /** A failure that would come again however often it is tried is one delivery's: that one is found, and set aside. */
  async #process(messages: readonly Message[]): Promise<void> {
    try {
      await this.#commit(messages);
    } catch (error) {
      const reason = poison(error);
      if (reason === null) throw error;
      const deliveries = messages.reduce((sum, message) => sum + message.deliveries.length, 0);
      this.#options.log.error({ err: error, deliveries, reason }, 'a batch holds what cannot be committed');
      if (deliveries > 1) for (const single of messages.flatMap(splitUp)) await this.#process([single]);
      else await this.#commit(messages.map((message) => setAside(message, reason)));
    }
  }

  async #commit(messages: readonly Message[]): Promise<void> {
    const { metrics, publish } = this.#options;
    const stopTimer = metrics.commitSeconds.startTimer();
    const { steps, rejected } = await commitBatch(this.#options, messages);
    stopTimer();
    metrics.facts.inc(steps.length);
    metrics.rejected.inc(rejected);
    await publish(steps);
    for (const message of messages) message.committed(message.highestSeq);
  }

  /** `again` mends what a failed attempt may have left, before the next one. */
  async #untilItWorks(attempt: () => Promise<void>, again?: () => Promise<void>): Promise<void> {
    let failed = false;
    for (let backoffMs = FIRST_BACKOFF_MS; !this.#closing; backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2)) {
      try {
        if (failed) await again?.();
        await attempt();
        this.#failing = false;
        return;
      } catch (error) {
        failed = true;
        this.#failing = true;
        this.#options.metrics.commitFailures.inc();
        this.#options.log.error({ err: error, retryInMs: backoffMs }, 'the database did not commit; trying again');
        await sleep(backoffMs);
      }
    }
  }
}

/** Why it must be set aside, or null when the database is at fault. A mistake of ours in folding must not stop the stream for ever. */
function poison(error: unknown): string | null {
  if (isRefusedData(error)) return 'refused by the database';
  return codeOf(error) === null ? 'could not be folded' : null;
}

/** A message for each delivery; the acknowledgement goes with the last. */
function splitUp(message: Message): Message[] {
  return message.deliveries.map((delivery, index, all) => ({
    source: message.source,
    deliveries: [delivery],
    highestSeq: index === all.length - 1 ? message.highestSeq : delivery.seq,
    committed: index === all.length - 1 ? message.committed : () => {},
  }));
}

const setAside = (message: Message, reason: string): Message => ({
  ...message,
  deliveries: message.deliveries.map((delivery) =>
    'fact' in delivery ? { seq: delivery.seq, payload: delivery.fact satisfies DomainEvent, reason } : delivery,
  ),
});
