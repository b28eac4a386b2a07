/** Asks Postgres once a second whether it answers. A hung one neither answers nor fails: what counts is when it last did. */
import type { Database } from '@headset/db';
import { ping } from '@headset/db/queries/health';

const INTERVAL_MS = 1_000;
/** With the interval: a dead or hung database is known within 5 s. */
const SILENCE_MS = 3_000;

export class DatabaseProbe {
  readonly #db: Database;
  readonly #timer: NodeJS.Timeout;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(db: Database) {
    this.#db = db;
    this.#timer = setInterval(() => void this.#ask(), INTERVAL_MS);
    this.#timer.unref();
    void this.#ask();
  }

  get answers(): boolean {
    return performance.now() - this.#answeredAt < SILENCE_MS;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await ping(this.#db);
      this.#answeredAt = performance.now();
    } catch {
      this.#answeredAt = Number.NEGATIVE_INFINITY;
    } finally {
      this.#asking = false;
    }
  }
}
