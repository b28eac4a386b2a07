/** The image of the PBX and the carrier, tagged by the hash of what goes into it: an unchanged one is found in milliseconds. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, mustRun } from '../scripts/command.ts';
import { assertRoomForImages, installPackages, isInstalled, type Report } from '../scripts/docker-engine.ts';
import { Trouble } from '../scripts/trouble.ts';

const folder = path.dirname(fileURLToPath(import.meta.url));
/** The whole build context: .dockerignore lists the same. */
const sources = [
  '.dockerignore',
  'Dockerfile',
  'entrypoint.sh',
  'watch-generated.sh',
  'common',
  'asterisk',
  'carrier/asterisk',
  'freepbx/asterisk',
  'freepbx/snippets',
  'prompts',
];

const BASE = 'headset-base:sid';

/** Builds the image if there is none of these sources. Returns its tag. */
export async function ensureImage(report: Report): Promise<string> {
  const image = `headset-asterisk:${await sourceHash()}`;
  if (await exists(image)) return image;
  await assertRoomForImages();
  if (!(await exists(BASE))) await makeBase(report);
  report('Building the PBX image');
  await mustRun('docker', ['build', '--network', 'host', '--tag', image, folder], { timeoutMs: 900_000 });
  return image;
}

/** "22.10.1": the Asterisk in the image. The build refuses versions that are too old. */
export async function asteriskVersion(image: string): Promise<string> {
  return mustRun('docker', ['run', '--rm', '--network', 'none', '--entrypoint', 'cat', image, '/opt/asterisk-version']);
}

async function exists(image: string): Promise<boolean> {
  return (await command('docker', ['image', 'inspect', '--format', 'found', image])).code === 0;
}

async function makeBase(report: Report): Promise<void> {
  report('Pulling the base of the PBX image');
  if ((await command('docker', ['pull', '--quiet', 'debian:sid-slim'], { timeoutMs: 120_000 })).code === 0) {
    await mustRun('docker', ['tag', 'debian:sid-slim', BASE]);
    return;
  }
  report("No container registry in reach: making the base of the image from Debian's packages");
  if (!(await isInstalled('mmdebstrap'))) {
    if (process.getuid?.() !== 0 || !(await isInstalled('apt-get'))) {
      throw new Trouble('Cannot pull debian:sid-slim, and the other way needs root and Debian (mmdebstrap).');
    }
    await installPackages(['mmdebstrap']);
  }
  if (process.getuid?.() !== 0) throw new Trouble('Cannot pull debian:sid-slim, and mmdebstrap needs root.');
  const make = `mmdebstrap --quiet --mode=root --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' sid - | docker import - ${BASE}`;
  await mustRun('bash', ['-o', 'pipefail', '-c', make], { timeoutMs: 600_000 });
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesUnder(source)) {
      hash
        .update(`${file}\0`)
        .update(await readFile(path.join(folder, file)))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** The file itself, or all files below a folder, in an order that does not depend on the machine. */
async function filesUnder(source: string): Promise<string[]> {
  if (!(await isFolder(source))) return [source];
  const entries = await readdir(path.join(folder, source), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

async function isFolder(source: string): Promise<boolean> {
  const entries = await readdir(path.join(folder, path.dirname(source)), { withFileTypes: true });
  return entries.some((entry) => entry.name === path.basename(source) && entry.isDirectory());
}
