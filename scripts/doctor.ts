/**
 * `npm run doctor`: looks whether a PBX lets Headset do its work, and names each gap with the snippet that mends it. The PBX is that of
 * AMI_HOST, else the running instance's own. Exit code 1 when there is a gap.
 *
 * --json           findings as JSON
 * --no-probe       order nothing: without it a call to nowhere is made, which rings nobody, and a member's penalty set to what it is
 * --listen <s>     how long to listen for events, 3 s by default
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { connect, disconnect } from '../db/src/index.ts';
import { listAllAgents } from '../db/src/queries/agents.ts';
import { listQueuesOf } from '../db/src/queries/queues.ts';
import { examine } from '../ami-bridge/src/doctor/examine.ts';
import type { Directory, Facts } from '../ami-bridge/src/doctor/facts.ts';
import { judge } from '../ami-bridge/src/doctor/judge.ts';
import { lookAtRecord } from '../ami-bridge/src/doctor/record-file.ts';
import { report } from '../ami-bridge/src/doctor/report.ts';
import { tryWebSocket } from '../ami-bridge/src/doctor/web-socket.ts';
import { instance, type Instance } from './instance.ts';
import { ensureSecrets } from './secrets.ts';
import { databaseUrlOf } from './product/database.ts';
import { readSettings, type Settings } from './product/settings.ts';
import { Trouble } from './trouble.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    probe: { type: 'boolean', default: true },
    listen: { type: 'string', default: '3' },
  },
  allowNegative: true,
});
const listenMs = Number(values.listen) * 1000;
if (!(listenMs >= 0 && listenMs <= 3_600_000)) throw new Trouble('--listen takes seconds, from 0 to 3600.');

const here = instance();
const settings = readSettings(here, process.env);
const { ami, recordDir, webSocketUrl, dialContext } = await patient(here, settings);
const { link, pbx, probeId } = await examine(ami, { dialContext, listenMs, probe: values.probe });
const facts: Facts = {
  address: { host: ami.host, port: ami.port, user: ami.user },
  link,
  pbx,
  record: await lookAtRecord(recordDir, probeId),
  phones: await tryWebSocket(webSocketUrl),
  directory: await directoryOf(here, settings),
};
const findings = judge(facts);
console.log(values.json ? JSON.stringify(findings, null, 2) : report(facts.address, findings));
process.exitCode = findings.some(({ level }) => level === 'gap') ? 1 : 0;

/** What is examined, and how it is reached. */
async function patient({ ports, stateDir }: Instance, { pbx }: Settings) {
  if (pbx.mode === 'existing') {
    const { host, port, user, secret, webSocketUrl, dialContext, recordDir } = pbx;
    return { ami: { host, port, user, secret }, webSocketUrl, dialContext, recordDir };
  }
  const { amiSecret } = await ensureSecrets({ stateDir });
  return {
    ami: { host: '127.0.0.1', port: ports.ami, user: 'bridge', secret: amiSecret },
    webSocketUrl: `ws://127.0.0.1:${ports.pbxWebSocket}/ws`,
    dialContext: 'agents',
    recordDir: path.join(stateDir, 'pbx/volume'),
  };
}

/** Of DATABASE_URL, else of the running instance; null while that is down. */
async function directoryOf(here: Instance, settings: Settings): Promise<Directory | null> {
  if (settings.databaseUrl !== null) return readDirectory(settings.databaseUrl);
  return readDirectory(databaseUrlOf(here, settings, await ensureSecrets(here))).catch(() => null);
}

async function readDirectory(databaseUrl: string): Promise<Directory> {
  const pbxId = process.env.PBX_ID ?? 'main';
  const db = connect(databaseUrl, { applicationName: 'headset-doctor' });
  try {
    const agents = await listAllAgents(db);
    const queues = await listQueuesOf(db, pbxId);
    return {
      agents: agents.filter((agent) => agent.active && agent.pbxId === pbxId),
      queues: queues.map(({ code }) => code),
    };
  } finally {
    await disconnect(db);
  }
}
