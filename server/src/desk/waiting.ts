/** What waits in an agent's queues, told at most once a second to each: in a storm the sockets would dominate. */
import type { Waiting } from '../contract/desk.ts';

const INTERVAL_MS = 1_000;

/** `since`: when each call began to wait. */
export const waitingOf = (since: readonly number[], now: number): Waiting => ({
  waiting: since.length,
  longestAgeMs: since.length === 0 ? 0 : Math.max(0, now - Math.min(...since)),
});

/** Runs `tell` for a key at once, and then not again for a second; what comes meanwhile is told together at its end. */
export class OncePerSecond {
  readonly #tell: (key: string) => void;
  readonly #resting = new Map<string, { again: boolean; timer: NodeJS.Timeout }>();

  constructor(tell: (key: string) => void) {
    this.#tell = tell;
  }

  want(key: string): void {
    const resting = this.#resting.get(key);
    if (resting) resting.again = true;
    else this.#now(key);
  }

  close(): void {
    for (const { timer } of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
  }

  #now(key: string): void {
    const timer = setTimeout(() => {
      const again = this.#resting.get(key)?.again;
      this.#resting.delete(key);
      if (again) this.#now(key);
    }, INTERVAL_MS);
    timer.unref();
    this.#resting.set(key, { again: false, timer });
    this.#tell(key);
  }
}
