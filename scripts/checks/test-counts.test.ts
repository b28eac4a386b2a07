import { describe, expect, it } from 'vitest';
import { closingLine, countOf, fromVitest } from './test-counts.ts';

const report = { numPassedTests: 40, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };

describe('the sum of npm test', () => {
  it('is one line, and names skipped tests only when there are any', () => {
    expect(closingLine({ passed: 40, failed: 0, skipped: 0 })).toBe('40 passed, 0 failed');
    expect(closingLine({ passed: 40, failed: 2, skipped: 1 })).toBe('40 passed, 2 failed, 1 skipped');
  });

  it('takes the figures of a report', () => {
    expect(fromVitest(report, true)).toEqual({ passed: 40, failed: 0, skipped: 2 });
    expect(fromVitest({ ...report, numFailedTests: 3 }, false)).toEqual({ passed: 40, failed: 3, skipped: 2 });
  });

  it('counts a run that failed without a failed test', () => {
    expect(fromVitest(report, false).failed).toBe(1);
  });

  it('counts a run without tests, and one without a report, as failed', () => {
    expect(fromVitest({ ...report, numPassedTests: 0 }, true).failed).toBe(1);
    expect(fromVitest({}, true).failed).toBe(1);
    expect(countOf({ name: 'unit tests', ok: true }, 'no-such-report').failed).toBe(1);
  });

  it('counts a check as one test', () => {
    expect(countOf({ name: 'lint', ok: true }, null)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countOf({ name: 'lint', ok: false }, null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
