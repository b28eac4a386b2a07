/**
 * One running Headset on this machine: its name, its ports, its folders. `npm start` is the instance `main`; tests, benchmarks and
 * chaos use others, so that they can run beside it. `HEADSET_INSTANCE` picks a name, `HEADSET_PORT_OFFSET` moves all ports.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Trouble } from './trouble.ts';

export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export type Ports = {
  /** Screen, REST, sockets. */
  server: number;
  postgres: number;
  /** Bridge: /health and /metrics. */
  bridge: number;
  ami: number;
  /** PBX: SIP over UDP towards the carrier, and SIP over WebSocket for browsers. */
  pbxSip: number;
  pbxWebSocket: number;
  pbxRtp: { from: number; to: number };
  carrierSip: number;
  /** The carrier's own control interface (ARI): tests and the demo place calls with it. */
  carrierAri: number;
  carrierRtp: { from: number; to: number };
  /** The FreePBX-like PBX, which tests alone start. */
  freepbx: { ami: number; sip: number; webSocket: number; rtp: { from: number; to: number } };
};

export type Instance = {
  name: string;
  ports: Ports;
  /** 0700: secrets, outbox, logs, pid files, the PBX's generated folder and volumes. */
  stateDir: string;
  /** Postgres refuses to run as root and needs folders that its user can reach, which a clone may not be. */
  postgresDir: string;
  /** Names and labels of the containers, unique to this clone and instance. */
  containers: { pbx: string; carrier: string; freepbx: string };
};

/** Instances that may run at the same time have offsets of their own. */
const offsets: Record<string, number> = {
  main: 0,
  test: 20_000,
  bench: 22_000,
  chaos: 24_000,
  record: 18_000,
  pbx: 14_000,
  existing: 12_000,
};
const OFFSET_OF_OTHERS = 16_000;
/** With more, ports would lie where Linux takes those of outgoing connections from (32768 and up): busy by chance. */
const GREATEST_OFFSET = 24_000;

export function instance(name = process.env.HEADSET_INSTANCE ?? 'main'): Instance {
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(name))
    throw new Trouble(`HEADSET_INSTANCE must be a short lower-case word, not "${name}"`);
  const offset = Number(process.env.HEADSET_PORT_OFFSET ?? offsets[name] ?? OFFSET_OF_OTHERS);
  if (!Number.isInteger(offset / 10) || offset < 0 || offset > GREATEST_OFFSET) {
    throw new Trouble(`HEADSET_PORT_OFFSET must be a multiple of 10 from 0 to ${GREATEST_OFFSET}.`);
  }
  const clone = createHash('sha256').update(repositoryRoot).digest('hex').slice(0, 8);
  const stateDir = path.resolve(process.env.HEADSET_STATE_DIR ?? path.join(repositoryRoot, '.headset', name));
  const asRoot = process.getuid?.() === 0;
  const rtpFrom = 10_000 + offset / 10;
  return {
    name,
    ports: {
      server: 3000 + offset,
      postgres: 5433 + offset,
      bridge: 3100 + offset,
      ami: 5038 + offset,
      pbxSip: 5060 + offset,
      pbxWebSocket: 8088 + offset,
      pbxRtp: { from: rtpFrom, to: rtpFrom + 99 },
      carrierSip: 5070 + offset,
      carrierAri: 8089 + offset,
      carrierRtp: { from: rtpFrom + 100, to: rtpFrom + 199 },
      freepbx: {
        ami: 5048 + offset,
        sip: 5080 + offset,
        webSocket: 8098 + offset,
        rtp: { from: rtpFrom + 3_000, to: rtpFrom + 3_099 },
      },
    },
    stateDir,
    postgresDir: asRoot ? `/var/lib/headset/${clone}-${name}` : path.join(stateDir, 'postgres'),
    containers: {
      pbx: `headset-${clone}-${name}-pbx`,
      carrier: `headset-${clone}-${name}-carrier`,
      freepbx: `headset-${clone}-${name}-freepbx`,
    },
  };
}
