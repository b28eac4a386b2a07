/**
 * Keeps the parts of one instance alive: restarts what ends, kills what hangs, stops everything in the reverse of the order in
 * which it was started. What to do is judged in supervision.ts; this file does it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Part, RunningPart } from './part.ts';
import { afterEnd, hung, limits, type Life } from './supervision.ts';
import { messageOf } from '../trouble.ts';

export type SupervisorEvents = {
  /** "bridge ended (killed by SIGKILL): restarting". */
  onIncident: (message: string) => void;
  /** A crash loop: the product stops. */
  onGivingUp: (message: string, lastWords: string[]) => void;
};

type Watched = {
  part: Part;
  running: RunningPart | null;
  ends: number[];
  /** Its next end is wished for. */
  expected: boolean;
  /** Changes of one part go one after another: a wish may come in the middle of a restart. */
  lastChange: Promise<void>;
};

const LOOK_EVERY_MS = 500;

export class Supervisor {
  readonly #events: SupervisorEvents;
  readonly #watched: Watched[] = [];
  readonly #stopping = new AbortController();
  #lastLookAt = performance.now();
  readonly #timer = setInterval(() => this.#look(), LOOK_EVERY_MS);

  constructor(events: SupervisorEvents) {
    this.#events = events;
  }

  /** Starts the part and watches it from then on. A part that cannot start the first time is not tried again: the error goes up. */
  async start(part: Part): Promise<void> {
    const watched: Watched = { part, running: null, ends: [], expected: false, lastChange: Promise.resolve() };
    this.#watched.push(watched);
    await this.#bringUp(watched);
  }

  /** A restart that is wished for (sources changed): not counted as a crash. A part that fails to start stays down until the next wish. */
  restart(name: string): Promise<void> {
    const watched = this.#watched.find(({ part }) => part.name === name);
    return watched ? this.#inTurn(watched, () => this.#restart(watched)) : Promise.resolve();
  }

  /** Has the part's present life given a sign? */
  hasBeaten(name: string): boolean {
    return this.#watched.some(
      ({ part, running }) => part.name === name && running !== null && running.life.lastBeatAt !== null,
    );
  }

  /** Stops all parts, last started first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    for (const { part, running } of this.#watched.toReversed()) {
      try {
        await running?.stop();
      } catch (error) {
        this.#events.onIncident(`${part.name} could not be stopped: ${messageOf(error)}`);
      }
    }
  }

  /** Ends all parts at once. */
  kill(): void {
    this.#stopping.abort();
    clearInterval(this.#timer);
    for (const { running } of this.#watched) running?.kill();
  }

  #watch(watched: Watched, running: RunningPart): void {
    watched.running = running;
    watched.expected = false;
    void running.ended.then((how) => {
      watched.running = null;
      if (!this.#stopping.signal.aborted && !watched.expected) void this.#afterEnd(watched, how, running.tail());
    });
  }

  async #afterEnd(watched: Watched, how: string, lastWords: string[]): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { ends, then } = afterEnd(watched.ends, performance.now());
    watched.ends = ends;
    const { name } = watched.part;
    if (then.kind === 'give_up') {
      const seconds = limits.windowMs / 1000;
      return this.#events.onGivingUp(`${name} ended ${then.ends} times within ${seconds} s (${how})`, lastWords);
    }
    this.#events.onIncident(`${name} ended (${how}): restarting`);
    await delay(then.afterMs);
    await this.#inTurn(watched, () => this.#revive(watched));
  }

  #inTurn(watched: Watched, change: () => Promise<void>): Promise<void> {
    watched.lastChange = watched.lastChange.then(change);
    return watched.lastChange;
  }

  async #restart(watched: Watched): Promise<void> {
    const { name } = watched.part;
    watched.expected = true;
    await watched.running?.stop();
    try {
      await this.#bringUp(watched);
      if (watched.running) this.#events.onIncident(`${name} restarted`);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#events.onIncident(`${name} could not be started, and waits for a change: ${messageOf(error)}`);
    }
  }

  async #revive(watched: Watched): Promise<void> {
    try {
      await this.#bringUp(watched);
      if (watched.running) this.#events.onIncident(`${watched.part.name} is back`);
    } catch (error) {
      // Not awaited: what follows takes its own turn.
      void this.#afterEnd(watched, messageOf(error), []);
    }
  }

  async #bringUp(watched: Watched): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted || watched.running) return;
    const running = await watched.part.start(signal);
    if (signal.aborted) return void (await running.stop());
    this.#watch(watched, running);
  }

  #look(): void {
    const now = performance.now();
    const lives = new Map<string, Life>();
    for (const { part, running } of this.#watched) if (running) lives.set(part.name, running.life);
    for (const name of hung(lives, this.#lastLookAt, now)) {
      const running = this.#watched.find(({ part }) => part.name === name)?.running;
      if (!running) continue;
      this.#events.onIncident(`${name} does not answer any more: killing it`);
      running.kill();
      running.life.lastBeatAt = now; // time to go, before it is killed again
    }
    this.#lastLookAt = now;
  }
}
