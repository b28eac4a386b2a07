/** Runs a program to its end and hands back what it said. */
import { spawn } from 'node:child_process';

export type CommandResult = { code: number; stdout: string; stderr: string };

export type CommandOptions = {
  /** Variables added to our own environment: the way to hand over secrets, which arguments would show to everybody in `ps`. */
  env?: Record<string, string>;
  cwd?: string;
  /** Killed when our own process exits. Not for programs that must not be cut short (dpkg). */
  endsWithUs?: boolean;
  /** Killed after this long; the result then has code 124, as timeout(1) gives. */
  timeoutMs?: number;
  /** Called with each line of either output, as it comes. */
  onLine?: (line: string) => void;
};

/** The exit code is the caller's to judge; a program that is not installed has code 127, as in a shell. */
export function command(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
    });
    const end = () => child.kill('SIGTERM');
    if (options.endsWithUs) process.once('exit', end);
    const result = { code: 0, stdout: '', stderr: '' };
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      let rest = '';
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        result[name] += chunk;
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (options.onLine) lines.forEach(options.onLine);
      });
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout: '', stderr: error.message });
    });
    child.on('close', (code) => {
      process.off('exit', end);
      clearTimeout(timer);
      resolve({ ...result, code: timedOut ? 124 : (code ?? 1) });
    });
  });
}

/** Like `command`, but anything other than success is an error whose message ends with what the program said last. */
export async function mustRun(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await command(program, args, options);
  if (code === 0) return stdout.trim();
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-12).join('\n');
  throw new Error(
    `${program} ${args.slice(0, 2).join(' ')} failed (${code === 124 ? 'timed out' : `code ${code}`}): ${said}`,
  );
}
