/** Where a part's output goes: a file of bounded size, and its last lines in memory for the message that tells why it ended. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const LIMIT_BYTES = 10_000_000;
const TAIL_CHARACTERS = 6_000;

/** One file and one predecessor (`….1`): at most twice the limit on the disk. */
export class PartLog {
  readonly file: string;
  #descriptor: number;
  #bytes: number;
  #tail = '';

  constructor(file: string) {
    this.file = file;
    this.#descriptor = openSync(file, 'a', 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  write(chunk: Buffer | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (this.#bytes + bytes.length > LIMIT_BYTES) this.#rotate();
    this.#tail = (this.#tail + bytes.toString('utf8')).slice(-TAIL_CHARACTERS);
    try {
      this.#bytes += writeSync(this.#descriptor, bytes);
    } catch (error) {
      // A full disk may silence the log, never the product.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }

  /** The last lines of this run. */
  tail(lines = 15): string[] {
    return this.#tail.trimEnd().split('\n').slice(-lines);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.#descriptor = openSync(this.file, 'a', 0o600);
    this.#bytes = 0;
  }
}
