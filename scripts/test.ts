/**
 * `npm test`: everything, from a clean clone. Installs what the tests need (Docker engine, Chromium), then runs the checks, the
 * integration tests and the end-to-end tests. `npm test -- integration` runs the named stages alone: check, integration, e2e.
 *
 * The last line is the sum: "N passed, N failed". A check (lint, types, …) counts as one test.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkTasks, reporters, runLanes } from './checks/check-tasks.ts';
import { ensureChromium } from './chromium.ts';
import { ensureDockerEngine } from './docker-engine.ts';
import { repositoryRoot } from './instance.ts';
import { seconds, step } from './steps.ts';
import { runAloud, type Outcome } from './checks/tasks.ts';
import { addCounts, closingLine, countOf, noTests, type Counts } from './checks/test-counts.ts';
import { messageOf, Trouble } from './trouble.ts';

const STAGES = ['check', 'integration', 'e2e'] as const;
type Stage = (typeof STAGES)[number];

const startedAt = performance.now();
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !STAGES.some((stage) => stage === name));
if (unknown !== undefined) throw new Trouble(`"${unknown}" is not a stage of the tests: ${STAGES.join(', ')}`);
const stages = STAGES.filter((stage) => asked.length === 0 || asked.includes(stage));

const results = path.join(repositoryRoot, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results);

let counts = noTests;
for (const stage of stages) counts = addCounts(counts, await runStage(stage));
console.log(`\nTested in ${seconds(startedAt)}.`);
console.log(closingLine(counts));
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

async function runStage(stage: Stage): Promise<Counts> {
  try {
    if (stage === 'check') return await check();
    if (stage === 'e2e') await installWhatIsNeeded();
    return countOf(await runAloud(vitest(stage)), stage);
  } catch (error) {
    console.error(messageOf(error));
    return { ...noTests, failed: 1 };
  }
}

async function check(): Promise<Counts> {
  console.log('Checks …');
  const outcomes = await runLanes(await checkTasks());
  return outcomes
    .map((outcome: Outcome) => countOf(outcome, outcome.name === 'unit tests' ? 'unit' : null))
    .reduce(addCounts, noTests);
}

async function installWhatIsNeeded(): Promise<void> {
  console.log('\nWhat the end-to-end tests need …');
  await step('Docker engine', async ({ say }) => ensureDockerEngine(say));
  await step('Chromium', async ({ say }) => ensureChromium(say));
}

function vitest(project: 'integration' | 'e2e') {
  const name = project === 'e2e' ? 'end-to-end tests' : 'integration tests';
  return { name, command: ['vitest', 'run', '--project', project, ...reporters(project)] as const };
}
