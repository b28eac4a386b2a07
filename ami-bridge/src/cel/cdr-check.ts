/** Follows `cdr.csv` and counts the calls that it has and CEL has not. */
import { missingFromCel, parseCdrChunk, type CdrChunk } from './cdr.ts';
import { BEGINNING, endOf, readSince, type Checkpoint, type Reading } from './reader.ts';

/** Ids of calls in CEL that are remembered: their CDRs come when they end. */
const MOST_IDS = 50_000;

export class CdrCheck {
  /** Distinct calls in CDR; and those of them that CEL did not have, even at the next look. */
  readonly counts = { calls: 0, missingFromCel: 0 };
  readonly #file: string;
  readonly #inCel = new Set<string>();
  readonly #counted = new Set<string>();
  #position: Checkpoint | null = null;
  #suspects: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** @param from where an earlier life stopped */
  begin(from: Checkpoint | null): void {
    this.#position = from;
  }

  /** A record of CEL with this linked id was read. */
  saw(linkedId: string): void {
    remember(this.#inCel, linkedId);
  }

  /** Reads what is new; to be called after CEL was read. Returns the place up to which the check is done. */
  async follow(): Promise<Checkpoint> {
    // Both are written within the same moment, but by threads of their own: a call gets a second look.
    const missing = missingFromCel(this.#suspects, this.#inCel).filter((id) => remember(this.#counted, id));
    this.counts.missingFromCel += missing.length;
    this.#suspects = [];
    this.#position ??= (await endOf(this.#file)) ?? BEGINNING;
    for (let more = true; more;) {
      const reading: Reading<CdrChunk> | null = await readSince(this.#file, this.#position, parseCdrChunk);
      if (reading === null) break;
      const ids = new Set(reading.parsed.linkedIds);
      this.counts.calls += ids.size;
      this.#suspects.push(...missingFromCel(ids, this.#inCel));
      this.#position = reading.checkpoint;
      more = reading.more;
    }
    return this.#position;
  }
}

/** True when it is new. The oldest are forgotten. */
function remember(ids: Set<string>, id: string): boolean {
  if (ids.has(id)) return false;
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > MOST_IDS && oldest !== undefined) ids.delete(oldest);
  return true;
}
