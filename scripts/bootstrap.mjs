/**
 * The way in: `node scripts/bootstrap.mjs <command> [arguments]` runs `scripts/<command>.ts` after it made sure of a fit Node and of
 * installed packages. Plain JavaScript without dependencies, since on a fresh clone nothing is installed yet.
 *
 * The command runs in this very process, so that signals, terminal and exit code are its own.
 */
import { spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { takeLock } from './lock-file.mjs';
import { explainNpmFailure } from './install/npm-failure.mjs';
import { whyInstall } from './install/installed-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const LEAST_NODE = [20, 19];
/** The packages alone; images and data come on top. */
const LEAST_FREE_BYTES = 1_000_000_000;

function refuse(/** @type {string} */ message) {
  console.error(`\n${message}`);
  process.exit(1);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  refuse(
    `Headset needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
}

/** Two commands in one clone must not install at once: the second waits, then finds the work done. */
async function takeInstallLock() {
  let announced = false;
  for (;;) {
    const lock = takeLock(path.join(root, '.headset', 'install.lock'));
    if ('release' in lock) return lock;
    if (!announced)
      console.log(`Another command of this clone is installing packages (process ${lock.heldBy.pid}): waiting for it.`);
    announced = true;
    await delay(500);
  }
}

/** @returns {Promise<{code: number | null, output: string}>} */
function npmCi() {
  // `npm run` tells where its own script is; npm may not be on the PATH.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error'];
  const [file, all] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  return new Promise((resolve, reject) => {
    const child = spawn(file, all, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output = (output + chunk).slice(-20_000);
        process.stderr.write(chunk);
      });
    }
    const stop = () => child.kill('SIGTERM');
    process.on('SIGINT', stop).on('SIGTERM', stop);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve({ code, output });
    });
  });
}

async function install() {
  if (!whyInstall(root)) return;
  const lock = await takeInstallLock();
  try {
    const reason = whyInstall(root);
    if (!reason) return;
    const { bavail, bsize } = statfsSync(root);
    if (bavail * bsize < LEAST_FREE_BYTES)
      refuse(`The disk of ${root} has less than 1 GB free: not enough for the packages.`);
    const startedAt = performance.now();
    console.log(`Installing the npm packages: ${reason} …`);
    const { code, output } = await npmCi();
    if (code !== 0) {
      lock.release();
      refuse(`The npm packages could not be installed. ${explainNpmFailure(output)}`);
    }
    const missing = whyInstall(root);
    if (missing) console.log(`npm says that it is done, but ${missing}. Going on.`);
    console.log(`npm packages installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  } finally {
    lock.release();
  }
}

async function runCommand(/** @type {string} */ command, /** @type {string[]} */ args) {
  const script = path.join(root, 'scripts', `${command}.ts`);
  process.argv = [process.execPath, script, ...args];
  process.chdir(root);
  const { register } = await import('tsx/esm/api');
  register();
  try {
    await import(pathToFileURL(script).href);
  } catch (error) {
    // A Trouble (scripts/trouble.ts) is written for the person at the terminal: no stack.
    if (error instanceof Error && error.name === 'Trouble') refuse(error.message);
    throw error;
  }
}

const [command = 'start', ...args] = process.argv.slice(2);
requireNode();
try {
  await install();
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    refuse(`This user may not write in ${root}: run as the owner of the clone.`);
  if (code === 'ENOSPC') refuse(`The disk of ${root} is full.`);
  if (code === 'ENOENT') refuse('npm was not found. It comes with Node: reinstall Node with it.');
  throw error;
}
await runCommand(command, args);
