/** What a benchmark must clear away, whichever way it ends: well, by an error, or by a signal. */

export class Cleanup {
  readonly #tasks: { what: string; run: () => void | Promise<void> }[] = [];
  #done: Promise<void> | null = null;

  /** Runs before what was put in earlier. */
  add(what: string, run: () => void | Promise<void>): void {
    this.#tasks.push({ what, run });
  }

  /** Runs everything once; one that fails is told, and does not keep the others from running. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    for (const { what, run } of this.#tasks.toReversed()) {
      try {
        await run();
      } catch (error) {
        console.error(`${what} could not be cleared away:`, error);
      }
    }
  }
}
