/** What is hit, and how: nobody is warned, nothing is finished. */
import { answersOk } from '../../scripts/supervisor/child-part.ts';
import { mustRun } from '../../scripts/command.ts';
import type { Instance } from '../../scripts/instance.ts';
import { isAlive } from '../../scripts/lock-file.mjs';
import { liveProcesses } from '../../scripts/product/run-record.ts';
import { readPidFile } from '../../db/src/embedded/leftover.ts';
import { until } from '../until.ts';

type Process = 'bridge' | 'server';

export type Blow = {
  /** As the figures have it. */
  what: string;
  /** All calls that live die with it. */
  killsCalls: boolean;
  /** Strikes; hands back what ends the blow, where it is not over at once. */
  strike: (instance: Instance) => Promise<Lift>;
};

type Lift = () => Promise<void>;

const OVER: Lift = () => Promise.resolve();
const STOPPED_MS = 20_000;
const BACK_WITHIN_MS = 30_000;

export const blows: Readonly<Record<string, Blow>> = {
  bridge: { what: 'kill -9 bridge', killsCalls: false, strike: (instance) => killProcesses(instance, ['bridge']) },
  server: { what: 'kill -9 server', killsCalls: false, strike: (instance) => killProcesses(instance, ['server']) },
  'bridge-twice': { what: 'kill -9 bridge, again as it comes back', killsCalls: false, strike: killBridgeTwice },
  postgres: { what: 'kill -9 Postgres', killsCalls: false, strike: killPostgres },
  pbx: { what: 'kill -9 PBX', killsCalls: true, strike: killPbx },
  'stop-bridge': {
    what: 'SIGSTOP bridge, 20 s',
    killsCalls: false,
    strike: (instance) => stopProcess(instance, 'bridge'),
  },
  'stop-server': {
    what: 'SIGSTOP server, 20 s',
    killsCalls: false,
    strike: (instance) => stopProcess(instance, 'server'),
  },
  ami: { what: 'AMI connection cut', killsCalls: false, strike: cutAmi },
  both: {
    what: 'kill -9 bridge and server',
    killsCalls: false,
    strike: (instance) => killProcesses(instance, ['bridge', 'server']),
  },
  'pbx-and-bridge': {
    what: 'kill -9 PBX and bridge',
    killsCalls: true,
    strike: async (instance) => {
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

/** In the PBX's container: the port of AMI is closed, and whoever is logged in is thrown out. Calls notice nothing. */
const CLOSE_AMI = `
sed -i 's/^enabled = yes/enabled = no/' /etc/asterisk/manager.conf
asterisk -rx 'manager reload'
asterisk -rx 'manager show connected' | awk '$1 == "bridge" { print $5 }' | while read -r session; do
  asterisk -rx "manager kick session $session"
done`;
const OPEN_AMI = `
sed -i 's/^enabled = no/enabled = yes/' /etc/asterisk/manager.conf
asterisk -rx 'manager reload'`;

async function cutAmi({ containers }: Instance): Promise<Lift> {
  const inContainer = (script: string): Promise<string> =>
    mustRun('docker', ['exec', containers.pbx, 'sh', '-c', script]);
  await inContainer(CLOSE_AMI);
  return async () => void (await inContainer(OPEN_AMI));
}
