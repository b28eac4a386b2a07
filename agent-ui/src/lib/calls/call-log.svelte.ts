/** The call log's rows: filters, and pages by cursor. Only the answer to the newest question is shown. */
import type { Call, CallFilter } from '@headset/server/contract/calls.ts';
import { api, type ApiFailure } from '../api.ts';

export type LogFilter = Omit<CallFilter, 'limit' | 'cursor'>;

const pageRows = 100;

export class CallLog {
  #rows = $state.raw<readonly Call[] | null>(null);
  #cursor = $state<string | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #busy = $state(false);
  #filter: LogFilter = {};
  #running: AbortController | null = null;

  /** Null until the first page is there. */
  get rows(): readonly Call[] | null {
    return this.#rows;
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Starts again from the newest call. The old rows stay until the new ones are there: nothing flickers. */
  async load(filter: LogFilter): Promise<void> {
    this.#filter = filter;
    await this.#ask(null);
  }

  async more(): Promise<void> {
    if (this.#cursor && !this.#busy) await this.#ask(this.#cursor);
  }

  again(): Promise<void> {
    return this.load(this.#filter);
  }

  async #ask(cursor: string | null): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#busy = true;
    const answer = await api.calls({ ...this.#filter, limit: pageRows, ...(cursor ? { cursor } : {}) }, running.signal);
    if (running.signal.aborted) return;
    this.#busy = false;
    this.#failure = answer.ok ? null : answer.failure;
    if (!answer.ok) return;
    this.#rows = cursor ? [...(this.#rows ?? []), ...answer.value.items] : answer.value.items;
    this.#cursor = answer.value.nextCursor;
  }
}
