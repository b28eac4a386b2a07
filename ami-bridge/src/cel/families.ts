/**
 * Which records belong together. A family is what its channels' ids and linked ids join: one call, or several that met (a
 * consultation takes on the older call's linked id when it is completed). It is complete when none of its channels lives.
 */
import { isProbe } from '../ami/probe.ts';
import type { CelRecord } from './cel-record.ts';

export type Family<Place> = {
  records: CelRecord[];
  /** Where its first record stands. */
  begins: Place;
  /** Channels that have started and not ended. */
  living: Set<string>;
};

/** Entries that one family may have; a call that goes on in circles for ever must not take the memory with it. */
const MOST_RECORDS = 20_000;

export class Families<Place> {
  /** Records of channels whose beginning was not seen, and those beyond what a family may have. */
  readonly counts = { headless: 0, leftOut: 0 };
  readonly #open = new Set<Family<Place>>();
  readonly #byId = new Map<string, Family<Place>>();
  readonly #order = new Map<CelRecord, number>();
  #taken = 0;

  /** Families that are not complete, the oldest first. */
  get open(): readonly Family<Place>[] {
    return [...this.#open];
  }

  /** Takes the next record; hands back the family that it completes. */
  add(record: CelRecord, place: Place): Family<Place> | null {
    if (isProbe(record.linkedId)) return null;
    const family = this.#familyOf(record, place);
    if (family === null) {
      if (record.kind !== 'LINKEDID_END') this.counts.headless++;
      return null;
    }
    if (family.records.length >= MOST_RECORDS && record.kind !== 'CHAN_END') this.counts.leftOut++;
    else family.records.push(record);
    this.#order.set(record, this.#taken++);
    if (record.kind === 'CHAN_START') family.living.add(record.id);
    if (record.kind === 'CHAN_END') family.living.delete(record.id);
    if (family.living.size > 0) return null;
    this.forget(family);
    return family;
  }

  forget(family: Family<Place>): void {
    this.#open.delete(family);
    for (const record of family.records) {
      this.#byId.delete(record.id);
      this.#byId.delete(record.linkedId);
      this.#order.delete(record);
    }
  }

  #familyOf(record: CelRecord, place: Place): Family<Place> | null {
    const { id, linkedId, kind } = record;
    const own = this.#byId.get(id);
    const linked = this.#byId.get(linkedId);
    if (own === undefined && kind !== 'CHAN_START') return null;
    // A channel made for one whose beginning was not seen tells only half of a call.
    if (own === undefined && linked === undefined && id !== linkedId) return null;
    const family = own ?? linked ?? this.#begin(place);
    if (own !== undefined && linked !== undefined && own !== linked) return this.#join(own, linked);
    this.#byId.set(id, family);
    this.#byId.set(linkedId, family);
    return family;
  }

  #begin(place: Place): Family<Place> {
    const family: Family<Place> = { records: [], begins: place, living: new Set() };
    this.#open.add(family);
    return family;
  }

  #join(a: Family<Place>, b: Family<Place>): Family<Place> {
    const [older, younger] = this.#orderOf(a) < this.#orderOf(b) ? [a, b] : [b, a];
    this.#open.delete(younger);
    for (const record of younger.records) {
      this.#byId.set(record.id, older);
      this.#byId.set(record.linkedId, older);
    }
    for (const id of younger.living) older.living.add(id);
    older.records = [...older.records, ...younger.records].sort(
      (x, y) => (this.#order.get(x) ?? 0) - (this.#order.get(y) ?? 0),
    );
    return older;
  }

  #orderOf({ records }: Family<Place>): number {
    const [first] = records;
    return first === undefined ? this.#taken : (this.#order.get(first) ?? 0);
  }
}
