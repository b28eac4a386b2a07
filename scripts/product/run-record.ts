/**
 * One start of an instance at a time, and what it left when it was killed. `<stateDir>/run.lock` names the process that runs the
 * instance; `<stateDir>/children.json` its processes, so that the next start can end those that outlived it (a stopped or hung one
 * does not notice that its supervisor is gone).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Instance } from '../instance.ts';
import { identityOf, isAlive, takeLock } from '../lock-file.mjs';
import { Trouble } from '../trouble.ts';

const childrenSchema = z.array(z.object({ part: z.string(), pid: z.number(), startedTicks: z.string() }));
type Children = z.infer<typeof childrenSchema>;

export type RunRecord = {
  /** Remembers a process of this run. */
  addProcess: (part: string, pid: number) => void;
  /** The run is over, and left nothing. */
  close: () => void;
};

/** Throws a Trouble when the instance runs already; ends what a killed run left. */
export function openRunRecord({ name, stateDir, ports }: Instance): RunRecord {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(path.join(stateDir, 'run.lock'));
  if ('heldBy' in lock) {
    throw new Trouble(
      `Headset (${name}) runs already, in process ${lock.heldBy.pid}: http://127.0.0.1:${ports.server}\n` +
        `Stop it with Ctrl-C there, or with: kill ${lock.heldBy.pid}\n` +
        'To run another one beside it, set HEADSET_INSTANCE to another name.',
    );
  }
  const file = path.join(stateDir, 'children.json');
  endLeftProcesses(file);
  const children: Children = [];
  return {
    addProcess: (part, pid) => {
      children.push({ part, ...identityOf(pid) });
      writeFileSync(file, JSON.stringify(children.filter(isAlive)), { mode: 0o600 });
    },
    close: () => {
      rmSync(file, { force: true });
      lock.release();
    },
  };
}

/** The processes of the instance that live, by part. None when nothing runs. */
export function liveProcesses({ stateDir }: Pick<Instance, 'stateDir'>): Children {
  return readChildren(path.join(stateDir, 'children.json')).filter(isAlive);
}

function endLeftProcesses(file: string): void {
  for (const child of readChildren(file).filter(isAlive)) process.kill(child.pid, 'SIGKILL');
}

function readChildren(file: string): Children {
  try {
    return childrenSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return []; // none, or half-written when the machine went down: then the processes are gone too
  }
}
