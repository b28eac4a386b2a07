/** The recorded calls that are played, in turn, each time to other agents and from another client. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../../scripts/instance.ts';
import { readRecording } from './ami-message.ts';
import { copyOf, readCallTrace, type CallTrace, type PlayedCall } from './call-trace.ts';

/** Names of files in test/fixtures/ami. Answered, missed and given up, as in a working day. */
const SCENARIOS = ['answered-caller-hangs-up'];

export function recordedCalls(): CallTrace[] {
  return SCENARIOS.map((name) => {
    const file = path.join(repositoryRoot, 'test/fixtures/ami', `${name}.ami`);
    return readCallTrace(name, readRecording(readFileSync(file, 'utf8')));
  });
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
