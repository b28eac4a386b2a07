/** A part that is not a process of ours, and so has no heart that we hear: Postgres, the containers. It is asked each second instead. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Part, RunningPart } from './part.ts';
import type { Life } from './supervision.ts';

/** `serving`: it answered · `silent`: it is there, and does not answer · `gone`: it is not there any more. */
export type Pulse = 'serving' | 'silent' | 'gone';

export type ProbedPart = {
  name: string;
  up: () => Promise<void>;
  pulse: () => Promise<Pulse>;
  down: () => Promise<void>;
  kill: () => void;
  tail: () => string[];
};

const PROBE_EVERY_MS = 1_000;
/** Longer than for our own parts: these serve calls and data whether or not an answer is late, so killing them costs more. */
const SILENT_MS = 15_000;

export function probedPart(options: ProbedPart): Part {
  return {
    name: options.name,
    start: async () => {
      await options.up();
      return watch(options);
    },
  };
}

function watch({ pulse, down, kill, tail }: ProbedPart): RunningPart {
  const startedAt = performance.now();
  const life: Life = { silentMs: SILENT_MS, startedAt, lastBeatAt: startedAt };
  const watching = new AbortController();
  const ended = probe(pulse, life, watching.signal);
  return {
    ended,
    life,
    stop: async () => {
      watching.abort();
      await down();
    },
    kill,
    tail,
  };
}

/** Settles when the part is gone, or when nobody wants to know any more. */
async function probe(pulse: () => Promise<Pulse>, life: Life, signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    const found = await pulse();
    if (found === 'gone') return 'gone';
    if (found === 'serving') life.lastBeatAt = performance.now();
    await delay(PROBE_EVERY_MS, undefined, { ref: false });
  }
  return 'stopped';
}
