/** The checks that need nothing but the sources. */
import { Trouble } from '../trouble.ts';
import { runQuietly, type Outcome, type Task } from './tasks.ts';

/** Two lanes of about the same length, for two cores: within a lane one after the other. */
export async function checkTasks(): Promise<Task[][]> {
  // svelte-check and the linter read the types that SvelteKit generates.
  const sync = await runQuietly({ name: 'screen types generated', command: ['svelte-kit', 'sync'], cwd: 'agent-ui' });
  if (!sync.ok) throw new Trouble('The types of the screen could not be generated.');
  return [
    [
      { name: 'lint', command: ['eslint', '--max-warnings=0', '.'] },
      { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit', ...reporters('unit')] },
    ],
    [
      { name: 'types', command: ['tsc', '-p', '.', ...incremental('code')] },
      { name: 'types of the browser tests', command: ['tsc', '-p', 'test/e2e', ...incremental('e2e')] },
      { name: 'screen types', command: ['svelte-check', '--fail-on-warnings', '--output', 'human'], cwd: 'agent-ui' },
      {
        name: 'format',
        command: ['prettier', '--check', '--cache', '--cache-strategy=content', '--log-level', 'warn', '.'],
      },
    ],
  ];
}

/** What has not changed since the last check is not looked at again. Kept beside the tools, so that a new installation forgets it. */
function incremental(name: string): string[] {
  return ['--incremental', '--tsBuildInfoFile', `node_modules/.cache/tsc/${name}.json`];
}

/** A word for the reader, and figures for the sum of `npm test`. */
export function reporters(project: string): string[] {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile(project)}`];
}

export function resultFile(project: string): string {
  return `test-results/${project}.json`;
}

export async function runLanes(lanes: readonly Task[][]): Promise<Outcome[]> {
  const outcomes = await Promise.all(
    lanes.map(async (lane) => {
      const done: Outcome[] = [];
      for (const task of lane) done.push(await runQuietly(task));
      return done;
    }),
  );
  return outcomes.flat();
}
