/** The recorded calls that are played, in turn, each time to other agents and from another client. */
import { readTrace, type Answers } from '../../ami-trace.ts';
import { copyOf, type PlayedCall } from './call-copy.ts';
import { readCallTrace, type CallTrace } from './call-trace.ts';

/** Of test/fixtures/ami: calls of the queue as a working day brings them. */
const SCENARIOS = [
  'answered-caller-hangs-up',
  'answered-agent-hangs-up',
  'hold-and-retrieve',
  'abandoned-while-ringing',
  'rejected-then-other-agent',
  'no-answer-then-other-agent',
];

/** The calls, and what the PBX answered before the first of them. */
export async function readRecordedCalls(): Promise<{ traces: CallTrace[]; answers: Answers }> {
  const traces = await Promise.all(SCENARIOS.map((name) => readTrace(name)));
  return {
    traces: traces.map(({ name, frames }) => readCallTrace(name, frames)),
    answers: traces[0]?.rounds[0] ?? new Map(),
  };
}

/** Hands out one copy after another, no two alike. */
export class CallSource {
  readonly #traces: readonly CallTrace[];
  readonly #phones: readonly string[];
  readonly #callers: readonly string[];
  #made = 0;
  #phonesGiven = 0;

  constructor(traces: readonly CallTrace[], phones: readonly string[], callers: readonly string[]) {
    this.#traces = traces;
    this.#phones = phones;
    this.#callers = callers;
  }

  next(): PlayedCall {
    const number = this.#made++;
    const trace = this.#traces[number % this.#traces.length];
    const caller = this.#callers[number % this.#callers.length];
    if (!trace || caller === undefined) throw new Error('there is nothing to play, or nobody to call');
    const extensions = trace.extensions.map(() => this.#phones[this.#phonesGiven++ % this.#phones.length] ?? '');
    return copyOf(trace, { number, startsAtMs: Date.now(), caller, extensions });
  }
}
