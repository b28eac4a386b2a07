/** What is hit, and how: nobody is warned, nothing is finished. */
import { answersOk } from '../../scripts/supervisor/child-part.ts';
import { mustRun } from '../../scripts/command.ts';
import type { Instance } from '../../scripts/instance.ts';
import { isAlive } from '../../scripts/lock-file.mjs';
import { liveProcesses } from '../../scripts/product/run-record.ts';
import { readPidFile } from '../../db/src/embedded/leftover.ts';
import { until } from '../until.ts';
import type { AmiLine } from './ami-line.ts';

type Process = 'bridge' | 'server';

export type Blow = {
  /** As the figures have it. */
  what: string;
  /** All calls that live die with it. */
  killsCalls: boolean;
  /** Strikes; hands back what ends the blow, where it is not over at once. */
  strike: (target: Target) => Promise<Lift>;
};

/** What can be hit. */
export type Target = { instance: Instance; line: AmiLine };

type Lift = () => Promise<void>;

const OVER: Lift = () => Promise.resolve();
const STOPPED_MS = 20_000;
const BACK_WITHIN_MS = 30_000;

export const blows: Readonly<Record<string, Blow>> = {
  bridge: { what: 'kill -9 bridge', killsCalls: false, strike: ({ instance }) => killProcesses(instance, ['bridge']) },
  server: { what: 'kill -9 server', killsCalls: false, strike: ({ instance }) => killProcesses(instance, ['server']) },
  'bridge-twice': {
    what: 'kill -9 bridge, again as it comes back',
    killsCalls: false,
    strike: ({ instance }) => killBridgeTwice(instance),
  },
  postgres: { what: 'kill -9 Postgres', killsCalls: false, strike: ({ instance }) => killPostgres(instance) },
  pbx: { what: 'kill -9 PBX', killsCalls: true, strike: ({ instance }) => killPbx(instance) },
  'stop-bridge': {
    what: 'SIGSTOP bridge, 20 s',
    killsCalls: false,
    strike: ({ instance }) => stopProcess(instance, 'bridge'),
  },
  'stop-server': {
    what: 'SIGSTOP server, 20 s',
    killsCalls: false,
    strike: ({ instance }) => stopProcess(instance, 'server'),
  },
  ami: { what: 'AMI connection cut', killsCalls: false, strike: cutLine },
  'ami-silent': { what: 'AMI connection silent', killsCalls: false, strike: silenceLine },
  both: {
    what: 'kill -9 bridge and server',
    killsCalls: false,
    strike: ({ instance }) => killProcesses(instance, ['bridge', 'server']),
  },
  'pbx-and-bridge': {
    what: 'kill -9 PBX and bridge',
    killsCalls: true,
    strike: async ({ instance }) => {
      await killProcesses(instance, ['bridge']); // first: it shall not see the calls die
      return killPbx(instance);
    },
  },
};

function processOf(instance: Instance, part: Process) {
  const found = liveProcesses(instance).find((child) => child.part === part);
  if (found === undefined) throw new Error(`There is no ${part} to hit`);
  return found;
}

async function killProcesses(instance: Instance, parts: readonly Process[]): Promise<Lift> {
  for (const { pid } of parts.map((part) => processOf(instance, part))) process.kill(pid, 'SIGKILL');
  return OVER;
}

/** The second time in the midst of finding out what happened. */
async function killBridgeTwice(instance: Instance): Promise<Lift> {
  const { pid } = processOf(instance, 'bridge');
  await killProcesses(instance, ['bridge']);
  const health = `http://127.0.0.1:${instance.ports.bridge}/health`;
  const again = until('another bridge', () =>
    liveProcesses(instance).some((child) => child.part === 'bridge' && child.pid !== pid),
  )
    .then(() => until('the bridge to begin', () => answersOk(health), BACK_WITHIN_MS))
    .then(() => killProcesses(instance, ['bridge']));
  return async () => void (await again);
}

/** The supervisor ends what has been silent for five seconds: the twenty are for a supervisor that would not. */
async function stopProcess(instance: Instance, part: Process): Promise<Lift> {
  const stopped = processOf(instance, part);
  process.kill(stopped.pid, 'SIGSTOP');
  const goOn = (): void => {
    if (isAlive(stopped)) process.kill(stopped.pid, 'SIGCONT');
  };
  const timer = setTimeout(goOn, STOPPED_MS);
  timer.unref();
  return OVER;
}

async function killPostgres({ postgresDir }: Instance): Promise<Lift> {
  const postmaster = await readPidFile(postgresDir);
  if (postmaster === null) throw new Error('There is no Postgres to hit');
  process.kill(postmaster.pid, 'SIGKILL');
  return OVER;
}

async function killPbx({ containers }: Instance): Promise<Lift> {
  await mustRun('docker', ['kill', '--signal', 'KILL', containers.pbx]);
  return OVER;
}

function cutLine({ line }: Target): Promise<Lift> {
  line.cut();
  return Promise.resolve(() => Promise.resolve(line.mend()));
}

/** The bridge must find out by itself. */
function silenceLine({ line }: Target): Promise<Lift> {
  const { connections } = line;
  line.fallSilent();
  return Promise.resolve(
    async () => void (await until('another connection', () => line.connections > connections, BACK_WITHIN_MS)),
  );
}
