/** Runs a program to its end. Never throws and never leaves an `error` event unheard: a program that cannot be started has code null. */
import { spawn, type SpawnOptions } from 'node:child_process';

export type Run = { code: number | null; output: string };

export function run(
  program: string,
  args: readonly string[],
  options: SpawnOptions & { input?: string } = {},
): Promise<Run> {
  const { input, ...spawnOptions } = options;
  return new Promise((resolve) => {
    let output = '';
    const failed = (error: unknown) => resolve({ code: null, output: `${output}${String(error)}` });
    try {
      const child = spawn(program, args, { ...spawnOptions, stdio: ['pipe', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
      child.stdin.on('error', () => {}); // it ended before it read all: its exit code tells
      child.on('error', failed);
      child.on('close', (code) => resolve({ code, output }));
      child.stdin.end(input ?? '');
    } catch (error) {
      failed(error); // some errors (EACCES on the working folder) are thrown, others emitted
    }
  });
}
