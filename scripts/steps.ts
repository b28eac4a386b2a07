/** The lines that `npm start` prints: each step with the time that it took, and a word when one takes long. */

export type Step = {
  /** Says what the step is at, while it runs: shown when it takes more than two seconds. */
  say: (what: string) => void;
  /** What stands behind the title when the step is done. */
  detail: (what: string) => void;
};

const PATIENCE_MS = 2_000;

/**
 * Runs one step and prints its line. The result's `detail` stands behind the title.
 * Steps may run side by side: each prints whole lines only.
 */
export async function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  let patient = true;
  let said = '';
  const print = (what: string) => {
    if (what !== '' && what !== said) console.log(`  … ${title}: ${what}`);
    said = what;
  };
  let latest = '';
  let detail = '';
  const impatience = setTimeout(() => {
    patient = false;
    print(latest || 'takes a moment');
  }, PATIENCE_MS);
  try {
    const result = await work({
      say: (what) => {
        latest = what;
        if (!patient) print(what);
      },
      detail: (what) => {
        detail = `: ${what}`;
      },
    });
    console.log(`  ✓ ${title}${detail} (${seconds(startedAt)})`);
    return result;
  } catch (error) {
    console.log(`  ✗ ${title} (${seconds(startedAt)})`);
    throw error;
  } finally {
    clearTimeout(impatience);
  }
}

/** "0.4 s" since `startedAt`, a reading of performance.now(). */
export function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
