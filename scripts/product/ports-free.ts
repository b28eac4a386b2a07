/** A busy port is said before anything is started, with who has it and what to set. */
import { isFree, portOwner, type Protocol } from '../port-owner.ts';
import { Trouble } from '../trouble.ts';

export type WantedPort = { port: number; protocol: Protocol; what: string; host?: string };

export async function assertPortsFree(wanted: readonly WantedPort[]): Promise<void> {
  const lines: string[] = [];
  for (const { port, protocol, what, host } of wanted) {
    if (await isFree(port, protocol, host)) continue;
    const owner = portOwner(port, protocol);
    lines.push(`  ${port}/${protocol} (${what}) is taken by ${owner ?? 'another program'}`);
  }
  if (lines.length === 0) return;
  throw new Trouble(
    `Ports that Headset needs are busy:\n${lines.join('\n')}\n` +
      'Stop what holds them, or move all of Headset’s ports: HEADSET_PORT_OFFSET=100 npm start',
  );
}
