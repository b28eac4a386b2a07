/**
 * A Docker engine to run the PBX in. Whatever engine answers is used. Where none runs, one that is installed is started; where
 * none is installed, Debian's is. An engine that we started is shared by all instances on this machine (main, test, …), so each
 * leaves it running until the last container is gone.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command, mustRun } from './command.ts';
import { Trouble } from './trouble.ts';

/** Told of each step as it begins, in words for the person at the terminal. */
export type Report = (step: string) => void;

const engineDir = '/var/lib/headset/engine';
const pidFile = path.join(engineDir, 'dockerd.pid');
const logFile = path.join(engineDir, 'dockerd.log');
/** Written when it was systemd that started the engine on our behalf. */
const serviceMark = path.join(engineDir, 'started-service');

/** Engine, base and image take 1.2 GB; a build needs some room to move. */
const NEEDED_BYTES = 3e9;

/** Makes sure that an engine answers, or throws an error that says what a person must do. */
export async function ensureDockerEngine(report: Report): Promise<void> {
  const answer = await askEngine();
  if (answer.state === 'running') return;
  if (answer.state === 'forbidden') {
    throw new Trouble(
      'A Docker engine runs, but this user may not use it: add the user to the group "docker" and log in again, or run as root.',
    );
  }
  if (process.env.DOCKER_HOST) throw new Trouble(`No Docker engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}.`);
  if (process.getuid?.() !== 0) {
    throw new Trouble('No Docker engine is running. Start or install one (on Debian: docker.io), or run this as root.');
  }
  await mkdir(engineDir, { recursive: true });
  if (!(await isInstalled('dockerd'))) await installEngine(report);
  if ((await askEngine()).state === 'running') return; // the package started its own service
  report('Starting the Docker engine');
  await startEngine();
}

/** Throws when less than 3 GB are free where the engine keeps its images. */
export async function assertRoomForImages(): Promise<void> {
  const root = (await command('docker', ['info', '--format', '{{.DockerRootDir}}'])).stdout.trim();
  await assertRoom(existsSync(root) ? root : '/var/lib');
}

/** Stops the engine if it was we who started it and no container runs in it any more. Returns whether it was stopped. */
export async function stopDockerEngine(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false; // only root starts one: this is another start's
  const byService = existsSync(serviceMark);
  const pid = await livingPid();
  if (!byService && pid === undefined) return false;
  const running = await command('docker', ['ps', '--quiet']);
  if (running.code === 0 && running.stdout.trim() !== '') return false;
  if (byService) {
    await mustRun('systemctl', ['stop', 'docker.service', 'docker.socket']);
    await rm(serviceMark, { force: true });
  } else if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    await until(async () => (await livingPid()) === undefined, 20_000);
  }
  return true;
}

type EngineAnswer = { state: 'running' | 'forbidden' | 'absent' };

async function askEngine(): Promise<EngineAnswer> {
  const { code, stdout, stderr } = await command('docker', ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: 10_000,
  });
  if (code === 0 && stdout.trim() !== '') return { state: 'running' };
  return { state: /permission denied/i.test(stderr) ? 'forbidden' : 'absent' };
}

async function installEngine(report: Report): Promise<void> {
  if (!(await isInstalled('apt-get'))) {
    throw new Trouble('No Docker engine is installed. Install one (dockerd and the docker client), then start again.');
  }
  await assertRoom('/var/lib');
  report("No Docker engine here: installing Debian's (docker.io)");
  await installPackages(['docker.io', 'iptables']);
}

/** Installs Debian packages without questions. Needs root. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  await aptGet(['update']);
  await aptGet(['install', '-y', '--no-install-recommends', ...packages]);
}

/** Waits its turn: another apt-get may be at work, of a machine's first boot or of our own start beside us. */
async function aptGet(args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const deadline = Date.now() + 300_000;
  for (;;) {
    const { code, stderr } = await command('apt-get', ['-q', ...args], { env, timeoutMs: 900_000 });
    if (code === 0) return;
    if (!/Could not get lock|Unable to (acquire|lock)/.test(stderr) || Date.now() > deadline) {
      throw new Trouble(`apt-get ${args.join(' ')} failed: ${stderr.trim().split('\n').slice(-6).join('\n')}`);
    }
    await delay(1_000);
  }
}

async function startEngine(): Promise<void> {
  if (existsSync('/run/systemd/system')) {
    await mustRun('systemctl', ['start', 'docker.service']);
    await writeFile(serviceMark, '');
  } else if ((await livingPid()) === undefined) {
    const log = openSync(logFile, 'a', 0o600);
    // Its own session: Ctrl-C at our terminal must not reach it, other instances may be using it.
    const dockerd = spawn('dockerd', ['--pidfile', pidFile], { detached: true, stdio: ['ignore', log, log] });
    dockerd.on('error', () => undefined); // shows as an engine that does not answer, below
    dockerd.unref();
    closeSync(log);
  }
  if (!(await until(async () => (await askEngine()).state === 'running', 60_000))) {
    throw new Trouble(
      `The Docker engine does not come up. Its last words (${logFile}):\n${await lastLines(logFile, 8)}`,
    );
  }
}

/** The pid of the dockerd that we started, if it lives. A pid file left by a crash may name another program by now. */
async function livingPid(): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'dockerd' ? pid : undefined;
}

export async function isInstalled(program: string): Promise<boolean> {
  return (await command('sh', ['-c', 'command -v "$1"', 'sh', program])).code === 0;
}

async function assertRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Trouble(
    `Only ${gigabytes(free)} are free under ${folder}; the PBX image needs ${gigabytes(NEEDED_BYTES)}.`,
  );
}

async function until(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (await condition()) return true;
    await delay(100);
  }
  return false;
}

async function lastLines(file: string, count: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '(no log)');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
