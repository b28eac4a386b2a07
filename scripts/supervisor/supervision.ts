/**
 * The supervisor's judgement, pure: when a part counts as hung, and what follows when one ends. Times are monotonic milliseconds.
 */

export const limits = {
  /** Loading its sources, a part cannot beat yet. */
  firstBeatMs: 30_000,
  /** This many ends within the window are a crash loop. */
  crashes: 5,
  windowMs: 60_000,
  /** Looking later than this after the last look, the supervisor was itself stopped or starved and cannot accuse others. */
  ownSleepMs: 2_000,
};

/** `silentMs`: this long without a beat, and the part is hung. */
export type Life = { silentMs: number; startedAt: number; lastBeatAt: number | null };

/** Which of the parts are hung. None, while the supervisor itself was asleep: their beats wait unread. */
export function hung(lives: ReadonlyMap<string, Life>, lastLookAt: number, now: number): string[] {
  if (now - lastLookAt > limits.ownSleepMs) return [];
  return [...lives].filter(([, life]) => isHung(life, now)).map(([name]) => name);
}

function isHung(life: Life, now: number): boolean {
  if (life.lastBeatAt === null) return now - life.startedAt > limits.firstBeatMs;
  return now - life.lastBeatAt > life.silentMs;
}

export type AfterEnd = { kind: 'restart'; afterMs: number } | { kind: 'give_up'; ends: number };

/**
 * What to do about a part that ended by itself at `now`. `ends` are the earlier ends; the answer carries the list to remember.
 * The first restart is immediate, further ones within the window wait longer each time.
 */
export function afterEnd(ends: readonly number[], now: number): { ends: number[]; then: AfterEnd } {
  const recent = [...ends.filter((at) => now - at < limits.windowMs), now];
  if (recent.length >= limits.crashes) return { ends: recent, then: { kind: 'give_up', ends: recent.length } };
  return { ends: recent, then: { kind: 'restart', afterMs: recent.length === 1 ? 0 : 250 * 2 ** (recent.length - 1) } };
}
