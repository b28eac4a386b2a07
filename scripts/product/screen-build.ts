/** Builds the screen (agent-ui/build) when its sources changed since the last build. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../command.ts';
import { repositoryRoot, type Instance } from '../instance.ts';
import { takeLock } from '../lock-file.mjs';
import { Trouble } from '../trouble.ts';

/** All that the build reads, as folders and files. The bridge is there because the screen runs its IVR. */
const SOURCES = [
  'agent-ui/src',
  'agent-ui/static',
  'agent-ui/package.json',
  'agent-ui/svelte.config.js',
  'agent-ui/vite.config.ts',
  'server/src/contract',
  'ami-bridge/src/ivr',
  'package-lock.json',
];

const screenDir = path.join(repositoryRoot, 'agent-ui');
const buildDir = path.join(screenDir, 'build');
const stateDir = path.join(repositoryRoot, '.headset');
const builtFrom = path.join(stateDir, 'screen-built-from');

/** Where the instance's server finds its screen: a copy of its own, which a later build does not change under a running page. */
export function screenOf({ stateDir: ofInstance }: Pick<Instance, 'stateDir'>): string {
  return path.join(ofInstance, 'screen');
}

/**
 * Builds the screen when it is not up to date; given an instance, puts a copy there. Waits while another instance of this clone builds.
 * @returns whether a build was necessary
 */
export async function ensureScreenBuilt(instance?: Pick<Instance, 'stateDir'>): Promise<boolean> {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = await takeBuildLock();
  try {
    const built = await buildIfChanged();
    if (instance) {
      rmSync(screenOf(instance), { recursive: true, force: true });
      cpSync(buildDir, screenOf(instance), { recursive: true });
    }
    return built;
  } finally {
    lock.release();
  }
}

async function buildIfChanged(): Promise<boolean> {
  const sources = hashOfSources();
  if (sources === hashOfLastBuild()) return false;
  rmSync(builtFrom, { force: true });
  const { code, stdout, stderr } = await command(process.execPath, [vite(), 'build'], {
    cwd: screenDir,
    endsWithUs: true,
  });
  if (code !== 0)
    throw new Trouble(`The screen could not be built:\n${(stderr || stdout).trim().split('\n').slice(-30).join('\n')}`);
  writeFileSync(builtFrom, sources);
  return true;
}

/** Vite's program, wherever npm put it. */
export function vite(): string {
  const manifest = createRequire(path.join(screenDir, 'package.json')).resolve('vite/package.json');
  return path.join(path.dirname(manifest), 'bin/vite.js');
}

async function takeBuildLock(): Promise<{ release: () => void }> {
  for (;;) {
    const lock = takeLock(path.join(stateDir, 'screen-build.lock'));
    if ('release' in lock) return lock;
    await delay(200);
  }
}

function hashOfLastBuild(): string | null {
  const built = existsSync(path.join(buildDir, 'index.html')) && existsSync(builtFrom);
  return built ? readFileSync(builtFrom, 'utf8') : null;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesUnder(path.join(repositoryRoot, source))) {
      hash
        .update(`${path.relative(repositoryRoot, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function filesUnder(place: string): string[] {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'));
  return files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
}
