/** How tests wait: for a condition, never for time. */

/** Asks until the answer is neither null, undefined nor false, and hands it back. Fails after `withinMs`, saying what was waited for. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<Exclude<Awaited<T>, null | undefined | false>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false)
      return answer as Exclude<Awaited<T>, null | undefined | false>;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs / 1000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
