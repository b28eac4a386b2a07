/** Who holds a port of this machine? Linux alone tells, through /proc; elsewhere, and without the right to look, the answer is null. */
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

export type Protocol = 'tcp' | 'udp';

/** The inodes of the sockets that hold `port`, from the text of /proc/net/{tcp,tcp6,udp,udp6}. State 0A is LISTEN; UDP has 07. */
export function socketsOn(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && (fields[3] === '0A' || fields[3] === '07'))
    .flatMap((fields) => fields[9] ?? []);
}

/** "dockerd --iptables=false (process 812)", or null. */
export function portOwner(port: number, protocol: Protocol): string | null {
  try {
    const tables = [`/proc/net/${protocol}`, `/proc/net/${protocol}6`].map((file) => readFileSync(file, 'utf8'));
    const links = tables.flatMap((table) => socketsOn(table, port)).map((inode) => `socket:[${inode}]`);
    const pid =
      links.length === 0 ? undefined : readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, links));
    if (pid === undefined) return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return `${command.slice(0, 120)} (process ${pid})`;
  } catch {
    return null;
  }
}

function holds(pid: string, links: readonly string[]): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((descriptor) => links.includes(readlinkSync(`${folder}/${descriptor}`)));
  } catch {
    return false; // gone, or another user's
  }
}

/** Can a program of ours listen there? Settles by trying: that is what counts. */
export function isFree(port: number, protocol: Protocol, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    } else {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(false));
      socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
    }
  });
}
