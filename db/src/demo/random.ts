/** Chance that is the same each time: the demo base is the same on every machine, so that tests and pictures can name its clients. */

export type Random = {
  /** 0 ≤ n < limit. */
  below: (limit: number) => number;
  /** True in `percent` of a hundred. */
  chance: (percent: number) => boolean;
  pick: <T>(items: readonly [T, ...T[]]) => T;
  /** A UUIDv7 of the moment `ms`. */
  uuid: (ms: number) => string;
};

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // A Weyl sequence whose steps are mixed by a 32-bit finaliser: even enough for names and debts.
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  const hex = (digits: number): string =>
    below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (items) => items[below(items.length)] ?? items[0],
    uuid: (ms) => {
      const time = ms.toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${(8 + below(4)).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`;
    },
  };
}
