/** What a process costs the machine, as Linux counts it in /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells times to programs in hundredths of a second, whatever the kernel itself uses (USER_HZ). */
const TICKS_A_SECOND = 100;

/** Processor time that the process has used since its start, in user and kernel mode, over all its threads, in milliseconds. */
export function cpuMs(pid: number): number {
  const fields = statFields(pid);
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}

/** Memory that the process holds, in megabytes (VmRSS). */
export function rssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** The processes that `pid` has started and that live. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

function parentOf(pid: number): number | null {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    return null; // gone meanwhile
  }
}

/** The fields of /proc/<pid>/stat behind the program's name, which may itself hold spaces and brackets: state, parent, … */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
