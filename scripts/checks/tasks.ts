/** Runs the tools behind `npm run check` and `npm test`: prints what each says, measures it, and remembers how it ended. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { repositoryRoot } from '../instance.ts';
import { seconds } from '../steps.ts';

export type Task = {
  name: string;
  /** A tool of node_modules/.bin and its arguments. */
  command: readonly [tool: string, ...args: string[]];
  cwd?: string;
  env?: Record<string, string>;
};

export type Outcome = { name: string; ok: boolean };

/** Runs the task; its output comes whole, at the end, when it fails, so that tasks side by side do not mix. */
export async function runQuietly(task: Task): Promise<Outcome> {
  const startedAt = performance.now();
  let output = '';
  const ok = await run(task, 'pipe', (chunk) => (output += chunk));
  console.log(`  ${ok ? '✓' : '✗'} ${task.name} (${seconds(startedAt)})`);
  if (!ok) console.log(output.trimEnd());
  return { name: task.name, ok };
}

/** Runs the task with its output passed through as it comes. */
export async function runAloud(task: Task): Promise<Outcome> {
  const startedAt = performance.now();
  console.log(`\n${task.name} …`);
  const ok = await run(task, 'inherit', () => {});
  console.log(`  ${ok ? '✓' : '✗'} ${task.name} (${seconds(startedAt)})`);
  return { name: task.name, ok };
}

function run(
  { command: [tool, ...args], cwd, env }: Task,
  output: 'pipe' | 'inherit',
  onOutput: (chunk: string) => void,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const folder = cwd ? path.join(repositoryRoot, cwd) : repositoryRoot;
    const PATH = [
      path.join(folder, 'node_modules/.bin'),
      path.join(repositoryRoot, 'node_modules/.bin'),
      process.env.PATH,
    ].join(path.delimiter);
    const child = spawn(tool, args, {
      cwd: folder,
      env: { ...process.env, ...env, PATH },
      stdio: ['ignore', output, output],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
    const stop = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(code === 0);
    });
  });
}
