/** Which rows of a long list are drawn: those in sight, and a screenful more on either side so that scrolling shows no gaps. */
export type Scrolled = { count: number; rowPx: number; scrolledPx: number; heightPx: number };

/** @returns the first row, and the one after the last. */
export function rowsInSight({ count, rowPx, scrolledPx, heightPx }: Scrolled): { from: number; to: number } {
  const spare = Math.max(10, Math.ceil(heightPx / rowPx));
  const first = Math.floor(scrolledPx / rowPx);
  const from = Math.min(Math.max(0, first - spare), Math.max(0, count - 1));
  const to = Math.min(count, first + Math.ceil(heightPx / rowPx) + spare);
  return { from, to: Math.max(from, to) };
}
