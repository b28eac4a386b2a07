/** Counts failed attempts in a window, by key, in bounded memory. Pure of time: the clock comes in (milliseconds). */

export type AttemptLimit = { attempts: number; windowMs: number };

const MOST_KEYS = 20_000;

export class Attempts {
  readonly #limit: AttemptLimit;
  readonly #windows = new Map<string, { count: number; endsAt: number }>();

  constructor(limit: AttemptLimit) {
    this.#limit = limit;
  }

  /** Counts one attempt. Returns 0 when it may be made, or after how many seconds to try again. */
  take(key: string, now: number): number {
    const window = this.#windows.get(key);
    if (!window || window.endsAt <= now) {
      this.#makeRoom(now);
      this.#windows.set(key, { count: 1, endsAt: now + this.#limit.windowMs });
      return 0;
    }
    if (window.count >= this.#limit.attempts) return Math.ceil((window.endsAt - now) / 1000);
    window.count += 1;
    return 0;
  }

  /** The attempt was a good one: it does not count. */
  giveBack(key: string): void {
    const window = this.#windows.get(key);
    if (window) window.count = Math.max(0, window.count - 1);
  }

  /** A flood of keys drops windows that are over, and then the oldest. */
  #makeRoom(now: number): void {
    if (this.#windows.size < MOST_KEYS) return;
    for (const [key, window] of this.#windows) if (window.endsAt <= now) this.#windows.delete(key);
    for (const key of this.#windows.keys()) {
      if (this.#windows.size < MOST_KEYS) return;
      this.#windows.delete(key);
    }
  }
}
