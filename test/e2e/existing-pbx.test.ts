/**
 * Headset at a PBX that is not ours: the FreePBX-like one, with desk phones, members behind Local channels, and AMI users that may do
 * what we ask for, or only see. What lets us in is the snippets of pbx/freepbx, pasted as the doctor says.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { beatSchema } from '../../ami-bridge/src/pbx-link.ts';
import { MENDS } from '../../ami-bridge/src/doctor/snippets.ts';
import { Carrier } from '../../pbx/carrier/carrier.ts';
import { connect, disconnect } from '../../db/src/index.ts';
import { callPageSchema, type Call } from '../../server/src/contract/calls.ts';
import { command } from '../../scripts/command.ts';
import { instance as instanceNamed, repositoryRoot } from '../../scripts/instance.ts';
import { bringUpTelephony, takeDownTelephony } from '../../scripts/pbx.ts';
import type { AmiTap } from '../../scripts/record/ami-tap.ts';
import { freepbx, phoneAt } from '../../scripts/record/freepbx.ts';
import type { SipPhone } from '../../scripts/record/sip-phone.ts';
import { ensureSecrets } from '../../scripts/secrets.ts';
import {
  BRIDGE_TOKEN,
  createDemoDatabase,
  get,
  logIn,
  openDesk,
  startServer,
  type ServerUnderTest,
} from '../server-under-test.ts';
import { until } from '../until.ts';

const instance = instanceNamed('existing');
const secrets = await ensureSecrets(instance);
const studio = { instance, secrets };
const carrier = new Carrier(instance, secrets);
const CALLER = '74950012233';
const recordDir = path.join(instance.stateDir, 'freepbx/volume');

let server: ServerUnderTest;
let databaseUrl: string;
let phone: SipPhone;
let tap: AmiTap;

beforeAll(async () => {
  await takeDownTelephony(instance).catch(() => undefined); // there may be no engine yet
  for (const folder of ['freepbx', 'carrier', 'bridge'])
    await rm(path.join(instance.stateDir, folder), { recursive: true, force: true });
  await bringUpTelephony(instance, () => undefined, freepbx.roles);
  databaseUrl = await createDemoDatabase();
  await nameAsThePbxDoes(databaseUrl);
  server = await startServer({ databaseUrl });
  tap = await freepbx.listen(studio);
  phone = phoneAt(studio, '5001');
  await phone.register();
});
afterEach(async () => {
  for (const { id } of await carrier.liveCalls()) await carrier.hangUp(id);
  await until('silence at the PBX', async () =>
    (await tap.action({ Action: 'CoreStatus' })).includes('CoreCurrentCalls: 0'),
  );
});
afterAll(async () => {
  await phone.unregister();
  tap.close();
  await server.close();
  await takeDownTelephony(instance);
});

describe('the doctor', () => {
  afterAll(pasteAll);

  it('finds no gap where the snippets are pasted', async () => {
    const { code, findings } = await doctor('headset');
    expect(findings.filter(({ level }) => level === 'gap')).toEqual([]);
    expect(code).toBe(0);
    expect(checksOf(findings, 'fine')).toEqual(
      expect.arrayContaining(['login', 'write', 'read-system', 'read-call', 'read-agent', 'timestamps', 'channelvars']),
    );
    expect(checksOf(findings, 'fine')).toEqual(
      expect.arrayContaining(['event-filter', 'clock', 'members', 'agents', 'record', 'phones']),
    );
  });

  it('takes a user who may only see for read-only, and hears what it may see while a call runs', async () => {
    const examined = doctor('headset-readonly', '--listen', '20');
    await until('the doctor to listen', async () => (await atPbx('manager show connected')).includes('headset-reado'));
    const call = await callIn();
    await phone.rings();
    const { code, findings } = await examined;
    await carrier.hangUp(call.id);
    expect(checksOf(findings, 'gap')).toEqual([]);
    expect(findings.find(({ check }) => check === 'write')?.says).toMatch(/^Read-only/);
    expect(checksOf(findings, 'fine')).toEqual(expect.arrayContaining(['read-call', 'read-agent']));
    expect(code).toBe(0);
  });

  it('names a hint on which a member hangs and which is gone', async () => {
    await atPbx('dialplan remove extension 5002@ext-local');
    const { findings } = await doctor('headset');
    await atPbx('dialplan reload');
    expect(checksOf(findings, 'gap')).toEqual(['hints']);
  });

  it('says so when nobody listens, and when the login is refused', async () => {
    const refused = await doctor('nobody');
    expect(checksOf(refused.findings, 'gap')).toEqual(['login']);
    expect(refused.code).toBe(1);
    const elsewhere = await doctor('headset', '--no-probe', { AMI_PORT: '1' });
    expect(checksOf(elsewhere.findings, 'gap')).toEqual(['reachable']);
  });

  it('names what a PBX lacks where nothing is pasted, and the paste mends it', async () => {
    const user = `[bare]\nsecret = ${secrets.amiSecret}\nread = dtmf\nwrite = originate,command\n`;
    await paste('manager_custom.conf', user, 'manager reload');
    await paste('cel_general_custom.conf', '', 'module reload cel');
    const bare = await doctor('bare');
    expect(bare.code).toBe(1);
    expect(new Set(checksOf(bare.findings, 'gap'))).toEqual(
      new Set(['write-call', 'write-agent', 'write-reporting', 'read-system', 'read-call', 'record']),
    );
    expect(checksOf(bare.findings, 'warning')).toEqual(expect.arrayContaining(['write-too-much', 'read-agent']));
    for (const { mend } of bare.findings.filter(({ check }) => check.startsWith('write-')))
      expect(mend?.snippet).toBe('manager_custom.conf');

    for (const { snippet, pasteInto, then } of mendsOf(bare.findings)) await pasteSnippet(snippet, pasteInto, then);
    const mended = await doctor('headset');
    expect(mended.findings.filter(({ level }) => level === 'gap')).toEqual([]);
  });
});

describe.each([
  { user: 'headset', readOnly: false },
  { user: 'headset-readonly', readOnly: true },
])('an existing PBX seen by $user', ({ user, readOnly }) => {
  let bridge: ChildProcess;

  beforeAll(async () => {
    bridge = startBridge(user);
    await until('the bridge to be ready', async () => (await beat())?.pbx === 'ready');
  });
  afterAll(async () => {
    bridge.kill('SIGTERM');
    await until('the bridge to end', () => bridge.exitCode !== null);
  });

  it(`tells whether it lets us act: ${readOnly ? 'no' : 'yes'}`, async () => {
    await until('the right word', async () => (await beat())?.readOnly === readOnly);
  });

  it('has its calls on the desk of the agent behind Local/5001@from-queue/n, and in the log', async () => {
    const cookie = await logIn(server, 'olga');
    const desk = await openDesk(server, cookie);
    const call = await callIn();
    const pop = await desk.event('callOffered');
    expect(pop.call).toMatchObject({ phase: 'offered', numberE164: `+${CALLER}`, queue: { code: '400' } });
    await phone.rings();
    phone.answer();
    await desk.event('callChanged', ({ call: { phase } }) => phase === 'talking');
    await carrier.hangUp(call.id);
    await desk.event('callLeft', ({ callId }) => callId === pop.call.callId);
    const logged = await until('the call in the log', async () => {
      const found = (await log(cookie)).find(({ id }) => id === pop.call.callId);
      return found?.endedAt ? found : null;
    });
    expect(logged).toMatchObject({
      direction: 'inbound',
      result: 'answered',
      endedBy: 'external',
      agent: { name: 'Ольга Ветрова' },
      queue: { code: '400' },
    });
  });

  it(`${readOnly ? 'refuses' : 'takes'} a pause, in its own form of members`, async () => {
    const cookie = await logIn(server, 'olga');
    const desk = await openDesk(server, cookie);
    await desk.command({ name: 'pause', reason: 'lunch' });
    if (readOnly) {
      await until('the refusal', () => server.logged().includes('"code":"read_only"'));
      expect(await membersOf400()).toMatch(/Local\/5001@from-queue\/n.*Paused: 0/s);
    } else {
      await until('the pause', async () =>
        /Location: Local\/5001@from-queue\/n[^]*?Paused: 1/.test(await membersOf400()),
      );
    }
    await desk.command({ name: 'beReady' });
    await until('no pause', async () => !(await membersOf400()).includes('Paused: 1'));
  });

  it('keeps members who are not of Headset', async () => {
    expect(await membersOf400()).toContain('Local/5002@from-queue/n');
  });

  it('tells a call that ended while the bridge was dead from the record of that PBX', async () => {
    const cookie = await logIn(server, 'olga');
    const desk = await openDesk(server, cookie);
    const call = await callIn();
    const pop = await desk.event('callOffered');
    await phone.rings();
    phone.answer();
    await desk.event('callChanged', ({ call: { phase } }) => phase === 'talking');
    bridge.kill('SIGKILL');
    await until('the bridge to be dead', () => bridge.signalCode !== null);
    await carrier.hangUp(call.id);
    await until('silence at the PBX', async () =>
      (await tap.action({ Action: 'CoreStatus' })).includes('CoreCurrentCalls: 0'),
    );
    const endedAt = Date.now();
    bridge = startBridge(user);
    const told = await until('the end of the call', async () => {
      const found = (await log(cookie)).find(({ id }) => id === pop.call.callId);
      return found?.endedAt ? { ...found, endedAt: Date.parse(found.endedAt) } : null;
    });
    expect(told).toMatchObject({ result: 'answered', endedBy: 'external', agent: { name: 'Ольга Ветрова' } });
    expect(told.endedAt).toBeLessThanOrEqual(endedAt);
    await until('the bridge to be ready', async () => (await beat())?.pbx === 'ready');
  });

  it('does not take the probe of a doctor for a call', async () => {
    const supervisor = await logIn(server, 'svetlana');
    const before = await log(supervisor);
    await doctor('headset');
    const call = await callIn();
    await phone.rings();
    await carrier.hangUp(call.id);
    const after = await until('the next call in the log', async () => {
      const calls = await log(supervisor);
      return calls[0]?.endedAt && calls[0].id !== before[0]?.id ? calls : null;
    });
    expect(after.slice(1)).toEqual(before);
  });
});

const findingsSchema = z.array(
  z.object({
    check: z.string(),
    level: z.enum(['fine', 'warning', 'gap']),
    says: z.string(),
    mend: z.object({ snippet: z.string(), pasteInto: z.string(), then: z.string() }).nullable(),
  }),
);
type Findings = z.infer<typeof findingsSchema>;

/** `npm run doctor`, as its user runs it. Options end with variables of the environment. */
async function doctor(user: string, ...options: (string | Record<string, string>)[]) {
  const args = options.filter((option) => typeof option === 'string');
  const [more = {}] = options.filter((option) => typeof option !== 'string');
  const env = {
    HEADSET_INSTANCE: 'existing',
    DATABASE_URL: databaseUrl,
    ...amiOf(user),
    PBX_WEBSOCKET_URL: `ws://127.0.0.1:${instance.ports.freepbx.webSocket}/ws`,
    PBX_RECORD_DIR: recordDir,
    ...more,
  };
  const { code, stdout, stderr } = await command('npm', ['run', '--silent', 'doctor', '--', '--json', ...args], {
    env,
    cwd: repositoryRoot,
  });
  const json = stdout.slice(stdout.indexOf('['));
  if (json === '') throw new Error(`the doctor said nothing: ${stderr}`);
  return { code, findings: findingsSchema.parse(JSON.parse(json)) };
}

function checksOf(findings: Findings, level: Findings[number]['level']): string[] {
  return findings.filter((finding) => finding.level === level).map(({ check }) => check);
}

function mendsOf(findings: Findings) {
  const mends = findings.flatMap(({ mend }) => mend ?? []);
  return [...new Map(mends.map((mend) => [mend.snippet, mend])).values()];
}

function amiOf(user: string): Record<string, string> {
  const port = String(instance.ports.freepbx.ami);
  return { AMI_HOST: '127.0.0.1', AMI_PORT: port, AMI_USER: user, AMI_SECRET: secrets.amiSecret };
}

/** A line of the PBX's own console. */
function atPbx(line: string): Promise<string> {
  return inContainer('asterisk', '-rx', line);
}

async function paste(file: string, text: string, then: string): Promise<void> {
  await inContainer('sh', '-c', `printf '%s' "$1" > "/etc/asterisk/$2"`, 'paste', text, file);
  await atPbx(then);
}

/** As the doctor says it, with the secret put in. */
async function pasteSnippet(snippet: string, pasteInto: string, then: string): Promise<void> {
  const fill = `sed "s|CHANGE-THIS-SECRET|$1|" "/opt/headset/snippets/$2" > "$3"`;
  await inContainer('sh', '-c', fill, 'paste', secrets.amiSecret, snippet, pasteInto);
  await inContainer('sh', '-c', then);
}

/** As the container starts: both users. */
async function pasteAll(): Promise<void> {
  for (const { snippet, pasteInto, then } of Object.values(MENDS)) {
    if (snippet !== MENDS.managerReadOnly.snippet) await pasteSnippet(snippet, pasteInto, then);
  }
  const { snippet, pasteInto, then } = MENDS.managerReadOnly;
  await pasteSnippet(snippet, '/tmp/read-only.conf', `cat /tmp/read-only.conf >> ${pasteInto} && ${then}`);
}

async function inContainer(...line: string[]): Promise<string> {
  const { code, stdout, stderr } = await command('docker', ['exec', instance.containers.freepbx, ...line]);
  if (code !== 0) throw new Error(`The PBX did not take "${line.join(' ')}": ${stderr}`);
  return stdout;
}

function callIn(): Promise<{ id: string }> {
  return carrier.placeCall({ from: CALLER, to: '74950000100', scenario: 'talk', keys: '0', customer: 'freepbx' });
}

function startBridge(user: string): ChildProcess {
  const env = {
    PATH: process.env.PATH ?? '',
    PBX_ID: 'main',
    PBX_MODE: 'existing',
    ...amiOf(user),
    PBX_RECORD_DIR: recordDir,
    SERVER_URL: server.url,
    BRIDGE_TOKEN,
    BRIDGE_STATE_DIR: path.join(instance.stateDir, 'bridge'),
    BRIDGE_PORT: String(instance.ports.bridge),
    LOG_LEVEL: 'error',
  };
  return fork(path.join(repositoryRoot, 'ami-bridge/src/main.ts'), [], { execArgv: ['--import', 'tsx'], env });
}

async function beat() {
  const response = await fetch(`http://127.0.0.1:${instance.ports.bridge}/health`).catch(() => null);
  return response === null ? null : beatSchema.parse(await response.json());
}

async function membersOf400(): Promise<string> {
  const from = tap.frames.length;
  await tap.snapshot();
  return tap.frames
    .slice(from)
    .filter((frame) => frame.includes('Event: QueueMember\n'))
    .join('\n');
}

async function log(cookie: string): Promise<Call[]> {
  return callPageSchema.parse(await (await get(server, '/api/calls', cookie)).json()).items;
}

/** The demo's people and queue under the extensions and the queue's number of that PBX. */
async function nameAsThePbxDoes(url: string): Promise<void> {
  const db = connect(url, { applicationName: 'headset-test' });
  await db.execute(sql`update agents set extension = case login when 'olga' then '5001' when 'pavel' then '5002' end`);
  await db.execute(sql`update queues set code = '400' where code = 'support'`);
  await disconnect(db);
}
