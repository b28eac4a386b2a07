/** `npm run check`: what must hold before every commit. Format, lint, types of code and screen, unit tests; two at a time. */
import { checkTasks, runLanes } from './checks/check-tasks.ts';
import { seconds } from './steps.ts';

const startedAt = performance.now();
console.log('Checking …');
const outcomes = await runLanes(await checkTasks());
const failed = outcomes.filter(({ ok }) => !ok).map(({ name }) => name);
console.log(
  failed.length === 0
    ? `\nAll is well (${seconds(startedAt)}).`
    : `\nNot yet: ${failed.join(', ')} (${seconds(startedAt)}).`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
