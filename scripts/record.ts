/**
 * Records AMI streams of the dockerised PBX: `npm run record [-- scenario …]`. Each scenario becomes a file in test/fixtures/ami, headed
 * by Asterisk's version, the hash of the PBX's configuration and the command. The unit tests of the tracker feed on them.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Carrier } from '../pbx/carrier/carrier.ts';
import { instance as instanceNamed, repositoryRoot, type Instance } from './instance.ts';
import { bringUpTelephony } from './pbx.ts';
import { AmiTap } from './record/ami-tap.ts';
import { OLGA, PAVEL, scenarios, type Scenario, type Stage } from './record/scenarios.ts';
import { SipPhone } from './record/sip-phone.ts';
import { ensureSecrets } from './secrets.ts';

const FIXTURES = path.join(repositoryRoot, 'test/fixtures/ami');
const PHONE_SECRET = 'recorded-on-loopback-only';
const QUEUE = 'support';

/** Phones on UDP instead of a browser's WebSocket; queues that lose patience sooner than in life. */
const CONFIGURATION: Record<string, string> = {
  'pjsip.d/phones.conf': [OLGA, PAVEL]
    .flatMap((extension) => [
      `[${extension}]`,
      'type=endpoint\ntransport=transport-udp\ncontext=agents\ndisallow=all\nallow=ulaw\ndirect_media=no\ndevice_state_busy_at=1',
      `auth=${extension}\naors=${extension}\ncallerid=<${extension}>`,
      `[${extension}]`,
      `type=auth\nauth_type=digest\nusername=${extension}\npassword=${PHONE_SECRET}`,
      `[${extension}]`,
      'type=aor\nmax_contacts=1\nremove_existing=yes',
    ])
    .join('\n'),
  'queues.d/queues.conf': `[${QUEUE}](queue-defaults)\nstrategy=rrmemory\ntimeout=3\nweight=0`,
  'queue-limits.conf': `[${QUEUE}]\nmax_wait_seconds=9`,
};

async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => scenarios[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`No such scenario: ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}`);
  const instance = instanceNamed('record');
  await bringUpTelephony(instance, (step) => console.log(step));
  await configure(instance);
  const { amiSecret } = await ensureSecrets(instance);
  const hash = await configurationHash();
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { frames, version } = await record(instance, amiSecret, scenario);
    const head = [
      `scenario: ${scenario.title}`,
      `asterisk: ${version}`,
      `configuration: sha256 ${hash}`,
      `command: npm run record -- ${name}`,
    ];
    await mkdir(FIXTURES, { recursive: true });
    await writeFile(
      path.join(FIXTURES, `${name}.ami`),
      `${head.map((line) => `# ${line}\n`).join('')}\n${frames.join('\n')}`,
    );
    console.log(`${name}: ${frames.length} frames`);
  }
}

async function record(instance: Instance, amiSecret: string, scenario: Scenario) {
  const tap = await AmiTap.open(instance.ports.ami, amiSecret);
  const carrier = new Carrier(instance, await ensureSecrets(instance));
  const [olga, pavel] = await Promise.all([OLGA, PAVEL].map((extension) => registered(instance, extension)));
  if (olga === undefined || pavel === undefined) throw new Error('two phones make a stage');
  const stage: Stage = { carrier, tap, olga, pavel };
  try {
    await setMembers(tap, scenario.members);
    tap.frames.splice(1);
    await tap.snapshot();
    await scenario.play(stage);
    await untilSilent(tap);
    await tap.snapshot();
    const version = /AsteriskVersion: (.*)/.exec(tap.frames.join('\n'))?.[1] ?? 'unknown';
    return { frames: [...tap.frames], version };
  } finally {
    tap.close();
    await Promise.all([olga.unregister(), pavel.unregister()]);
  }
}

async function registered({ ports }: Instance, extension: string): Promise<SipPhone> {
  const phone = new SipPhone({ extension, secret: PHONE_SECRET, pbxPort: ports.pbxSip });
  await phone.register();
  return phone;
}

async function setMembers(tap: AmiTap, members: readonly string[]): Promise<void> {
  for (const extension of [OLGA, PAVEL]) {
    const member = { Queue: QUEUE, Interface: `PJSIP/${extension}` };
    await tap.action({ Action: 'QueueRemove', ...member });
    if (!members.includes(extension)) continue;
    await tap.action({ Action: 'QueueAdd', ...member, MemberName: extension, StateInterface: `PJSIP/${extension}` });
  }
}

/** Waits until no channel is left. */
async function untilSilent(tap: AmiTap): Promise<void> {
  for (;;) {
    const before = tap.frames.length;
    const status = await tap.action({ Action: 'CoreStatus' });
    if (status.includes('CoreCurrentCalls: 0') && tap.frames.length === before && noneAlive(tap.frames)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function noneAlive(frames: readonly string[]): boolean {
  const count = (event: string): number => frames.filter((frame) => frame.startsWith(`Event: ${event}\n`)).length;
  return count('Newchannel') === count('Hangup');
}

async function configure(instance: Instance): Promise<void> {
  const folder = path.join(instance.stateDir, 'pbx/generated');
  for (const [name, text] of Object.entries(CONFIGURATION)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, `${text}\n`);
    await rename(`${file}.new`, file);
  }
  const { amiSecret } = await ensureSecrets(instance);
  const tap = await AmiTap.open(instance.ports.ami, amiSecret);
  // The container says nothing when it has taken the files in.
  await until(async () => {
    tap.frames.length = 0;
    await tap.snapshot();
    return tap.frames.some((frame) => frame.includes('Strategy: rrmemory'));
  });
  tap.close();
  await until(async () => {
    const phone = await registered(instance, PAVEL).catch(() => null);
    await phone?.unregister();
    return phone !== null;
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 50) throw new Error('The PBX does not take in the configuration of the recording');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Of everything that says how the PBX behaves: its own files, and ours for the recording. */
async function configurationHash(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(CONFIGURATION));
  const folder = path.join(repositoryRoot, 'pbx/asterisk');
  for (const name of (await readdir(folder)).sort()) hash.update(await readFile(path.join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
