/**
 * The containers of an instance: start or adopt, wait, probe, stop. Docker never restarts them: the supervisor watches. They
 * outlive us on purpose: callers are served while our software is down, so a start adopts containers that already run.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command, mustRun } from '../scripts/command.ts';
import type { Instance } from '../scripts/instance.ts';
import { isFree, portOwner, type Protocol } from '../scripts/port-owner.ts';
import type { Secrets } from '../scripts/secrets.ts';
import { Trouble } from '../scripts/trouble.ts';
import { amiGreets, ariAnswers } from './probes.ts';

/** freepbx: somebody else's PBX, as FreePBX sets one up; tests and recordings start it. */
export type Role = 'pbx' | 'carrier' | 'freepbx';

type Listener = { port: number; protocol: Protocol; what: string };

/** What distinguishes the roles: variables for entrypoint.sh, folders of the state directory, ports that must be free. */
type Plan = { env: Record<string, string>; mounts: string[]; folders: string[]; listeners: Listener[] };

function planFor({ ports, stateDir }: Instance, role: Role, secrets: Secrets): Plan {
  const sip = { PBX_SIP_PORT: String(ports.pbxSip), CARRIER_SIP_PORT: String(ports.carrierSip) };
  const rtp = (range: { from: number; to: number }) => ({ RTP_FROM: String(range.from), RTP_TO: String(range.to) });
  const volume = path.join(stateDir, role, 'volume');
  if (role === 'carrier') {
    return {
      env: {
        ROLE: role,
        ...sip,
        FREEPBX_SIP_PORT: String(ports.freepbx.sip),
        ...rtp(ports.carrierRtp),
        ARI_PORT: String(ports.carrierAri),
        ARI_SECRET: secrets.carrierAriSecret,
      },
      mounts: [`${volume}:/volume`],
      folders: [volume],
      listeners: [
        { port: ports.carrierSip, protocol: 'udp', what: 'SIP of the demo carrier' },
        { port: ports.carrierAri, protocol: 'tcp', what: 'control of the demo carrier' },
      ],
    };
  }
  if (role === 'freepbx') {
    const { ami, sip: sipPort, webSocket, rtp: range } = ports.freepbx;
    return {
      env: {
        ROLE: role,
        ...sip,
        PBX_SIP_PORT: String(sipPort),
        ...rtp(range),
        AMI_PORT: String(ami),
        AMI_SECRET: secrets.amiSecret,
        PHONE_SECRET: secrets.amiSecret,
        WEBSOCKET_PORT: String(webSocket),
      },
      mounts: [`${volume}:/volume`],
      folders: [volume],
      listeners: [
        { port: sipPort, protocol: 'udp', what: 'SIP of the FreePBX-like PBX' },
        { port: ami, protocol: 'tcp', what: 'AMI of the FreePBX-like PBX' },
        { port: webSocket, protocol: 'tcp', what: "browsers' phones at the FreePBX-like PBX" },
      ],
    };
  }
  const generated = path.join(stateDir, 'pbx', 'generated');
  return {
    env: {
      ROLE: role,
      ...sip,
      ...rtp(ports.pbxRtp),
      AMI_PORT: String(ports.ami),
      AMI_SECRET: secrets.amiSecret,
      WEBSOCKET_PORT: String(ports.pbxWebSocket),
    },
    mounts: [`${volume}:/volume`, `${generated}:/generated:ro`],
    folders: [volume, path.join(generated, 'pjsip.d'), path.join(generated, 'queues.d')],
    listeners: [
      { port: ports.pbxSip, protocol: 'udp', what: 'SIP of the PBX' },
      { port: ports.ami, protocol: 'tcp', what: 'AMI of the PBX' },
      { port: ports.pbxWebSocket, protocol: 'tcp', what: "browsers' phones" },
    ],
  };
}

/**
 * Starts the container of that role from `image`. One that runs already, from the same image with the same settings, is adopted,
 * calls and all; any other remains of an earlier start are removed.
 */
export async function startContainer(
  instance: Instance,
  role: Role,
  secrets: Secrets,
  image: string,
): Promise<'started' | 'adopted'> {
  const name = instance.containers[role];
  const { env, mounts, folders, listeners } = planFor(instance, role, secrets);
  const settings = createHash('sha256')
    .update(JSON.stringify([image, env, mounts]))
    .digest('hex');
  const found = await inspect(name);
  if (found?.running && found.settings === settings && (await probe(instance, role, secrets)) === 'answering')
    return 'adopted';
  if (found) await mustRun('docker', ['rm', '--force', name]);

  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const listener of listeners) await assertFree(listener);
  const args = [
    ['run', '--detach', '--name', name],
    ['--label', `headset.instance=${instance.name}`, '--label', `headset.settings=${settings}`],
    ['--network', 'host', '--restart', 'no'],
    // What entrypoint.sh needs to hand over to the user asterisk, and tini to stop it; Asterisk itself has none.
    ['--security-opt', 'no-new-privileges', '--cap-drop', 'ALL'],
    ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID', 'KILL'].flatMap((capability) => ['--cap-add', capability]),
    ['--log-driver', 'json-file', '--log-opt', 'max-size=10m', '--log-opt', 'max-file=3'],
    mounts.flatMap((mount) => ['--volume', mount]),
    // Names alone: the values, secrets among them, come from the environment of the docker client.
    Object.keys(env).flatMap((variable) => ['--env', variable]),
    [image],
  ];
  await mustRun('docker', args.flat(), { env, timeoutMs: 60_000 });
  return 'started';
}

/** Waits until the role serves calls. A container that ended meanwhile is an error that tells its last words. */
export async function waitUntilReady(
  instance: Instance,
  role: Role,
  secrets: Secrets,
  timeoutMs = 30_000,
): Promise<void> {
  const name = instance.containers[role];
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const booted = await command('docker', ['exec', name, 'asterisk', '-rx', 'core waitfullybooted'], { timeoutMs });
    if (booted.code === 0 && (await probe(instance, role, secrets)) === 'answering') return;
    if (!(await inspect(name))?.running) break;
    await delay(100);
  }
  throw new Error(`The ${role}'s Asterisk does not come up:\n${await containerLogs(instance, role, 15)}`);
}

/** gone: there is no running container · silent: it runs, but Asterisk hangs or is not up yet · answering. Takes 2 s at most. */
export type Health = 'answering' | 'silent' | 'gone';

/** Cheap while all is well: one short connection to Asterisk, nothing asked of Docker. */
export async function probe(instance: Instance, role: Role, secrets: Secrets): Promise<Health> {
  const answers = await answersOf(instance, role, secrets);
  if (answers) return 'answering';
  return (await inspect(instance.containers[role]))?.running ? 'silent' : 'gone';
}

function answersOf(instance: Instance, role: Role, secrets: Secrets): Promise<boolean> {
  switch (role) {
    case 'pbx':
      return amiGreets(instance.ports.ami);
    case 'freepbx':
      return amiGreets(instance.ports.freepbx.ami);
    case 'carrier':
      return ariAnswers(instance, secrets);
  }
}

/** Resolves when the container has ended, with how. */
export async function containerEnded(instance: Instance, role: Role): Promise<string> {
  const { code, stdout, stderr } = await command('docker', ['wait', instance.containers[role]]);
  return code === 0 ? `exit code ${stdout.trim()}` : stderr.trim();
}

/** Ends the calls and the container. `how` "kill" does not let Asterisk say goodbye: for one that hangs. */
export async function stopContainer(instance: Instance, role: Role, how: 'stop' | 'kill' = 'stop'): Promise<void> {
  const name = instance.containers[role];
  if (!(await inspect(name))) return;
  if (how === 'stop') await command('docker', ['stop', '--time', '4', name]);
  await mustRun('docker', ['rm', '--force', name]);
}

/** The last lines that Asterisk wrote: notices, warnings and errors. */
export async function containerLogs(instance: Instance, role: Role, lines: number): Promise<string> {
  const { stdout, stderr } = await command('docker', ['logs', '--tail', String(lines), instance.containers[role]]);
  return `${stdout}${stderr}`.trimEnd();
}

async function inspect(name: string): Promise<{ running: boolean; settings: string } | undefined> {
  const format = '{{.State.Running}} {{index .Config.Labels "headset.settings"}}';
  const { code, stdout } = await command('docker', ['container', 'inspect', '--format', format, name]);
  if (code !== 0) return undefined;
  const [running, settings = ''] = stdout.trim().split(' ');
  return { running: running === 'true', settings };
}

async function assertFree({ port, protocol, what }: Listener): Promise<void> {
  if (await isFree(port, protocol)) return;
  const owner = portOwner(port, protocol);
  throw new Trouble(
    `Port ${port}/${protocol} (${what}) is taken${owner ? ` by ${owner}` : ''}. Stop that, or move all our ports with HEADSET_PORT_OFFSET.`,
  );
}
