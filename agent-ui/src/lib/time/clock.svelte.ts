/** One ticking clock for all timers of the screen: they step together, and nothing ticks when nobody looks. */
import { createSubscriber } from 'svelte/reactivity';

const tickMs = 500;

class Clock {
  readonly #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, tickMs);
    return () => clearInterval(timer);
  });

  /** Milliseconds of `performance.now()`; what reads it in an effect or a template is refreshed as it ticks. */
  get now(): number {
    this.#subscribe();
    return performance.now();
  }
}

export const clock = new Clock();
