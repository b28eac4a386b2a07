/** The sum in the last line of `npm test`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { resultFile } from './check-tasks.ts';
import { repositoryRoot } from '../instance.ts';
import type { Outcome } from './tasks.ts';

export type Counts = { passed: number; failed: number; skipped: number };
export const noTests: Counts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** "412 passed, 0 failed", with ", 3 skipped" when there are any. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const vitestReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

/**
 * What vitest's JSON report says. A run that failed without a failed test (a file that does not load, an unhandled error), or that
 * ran no test at all, is one failure more.
 */
export function fromVitest(report: unknown, ok: boolean): Counts {
  const parsed = vitestReportSchema.safeParse(report);
  if (!parsed.success) return { ...noTests, failed: 1 };
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = parsed.data;
  const unseen = numFailedTests === 0 && (!ok || passed === 0) ? 1 : 0;
  return { passed, failed: numFailedTests + unseen, skipped: numPendingTests + numTodoTests };
}

/** `project` names the report of a vitest run; other tasks count as one test. */
export function countOf({ ok }: Outcome, project: string | null): Counts {
  if (project === null) return { ...noTests, [ok ? 'passed' : 'failed']: 1 };
  try {
    return fromVitest(JSON.parse(readFileSync(path.join(repositoryRoot, resultFile(project)), 'utf8')), ok);
  } catch {
    return { ...noTests, failed: 1 };
  }
}
