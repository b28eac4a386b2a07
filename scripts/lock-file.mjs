/**
 * A lock that dies with its owner: a file naming a process by pid and start time (a pid alone may be another process's by now).
 * Plain JavaScript, because it is needed before anything is installed.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{pid: number, startedTicks: string}} ProcessIdentity `startedTicks`: clock ticks since boot, from /proc; empty where there is no /proc. */

/** @param {number} pid @returns {string} */
function startedTicks(pid) {
  try {
    // The command, in parentheses, may itself hold spaces and parentheses: count the fields after the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** @param {number} pid @returns {ProcessIdentity} */
export function identityOf(pid) {
  return { pid, startedTicks: startedTicks(pid) };
}

/** @param {ProcessIdentity} identity */
export function isAlive({ pid, startedTicks: then }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return startedTicks(pid) === then;
}

/** @param {string} file @returns {ProcessIdentity | null} null when there is none, or it cannot be read */
export function readIdentity(file) {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(read.pid) && typeof read.startedTicks === 'string' ? read : null;
  } catch {
    return null;
  }
}

/**
 * Takes the lock for this process, or tells who has it. What a dead process left is taken over.
 * @param {string} file
 * @returns {{release: () => void} | {heldBy: ProcessIdentity}}
 */
export function takeLock(file) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(mine, file); // atomic, and never seen half-written
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const heldBy = readIdentity(file);
      if (heldBy && isAlive(heldBy)) return { heldBy };
      setAside(file, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Renaming, unlike deleting, shows what was taken away: another process may have replaced the stale lock by its own meanwhile. */
function setAside(/** @type {string} */ file, /** @type {string} */ aside) {
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else was quicker
  }
  const taken = readIdentity(aside);
  if (taken && isAlive(taken)) linkSync(aside, file);
  rmSync(aside, { force: true });
}
