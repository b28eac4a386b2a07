/** The FreePBX-like PBX on ports of its own, with a desk phone, somebody who calls, its console, and the doctor that looks at it. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Carrier } from '../../pbx/carrier/carrier.ts';
import { command } from '../../scripts/command.ts';
import { instance as instanceNamed, repositoryRoot } from '../../scripts/instance.ts';
import { bringUpTelephony, takeDownTelephony } from '../../scripts/pbx.ts';
import type { AmiTap } from '../../scripts/record/ami-tap.ts';
import { freepbx, phoneAt } from '../../scripts/record/freepbx.ts';
import type { Studio } from '../../scripts/record/recorded-pbx.ts';
import type { SipPhone } from '../../scripts/record/sip-phone.ts';
import { ensureSecrets } from '../../scripts/secrets.ts';
import { until } from '../until.ts';

/** The number of whoever calls. */
export const CALLER = '74950012233';
const MENU = '74950000100';

const findingsSchema = z.array(
  z.object({
    check: z.string(),
    level: z.enum(['fine', 'warning', 'gap']),
    says: z.string(),
    mend: z.object({ snippet: z.string(), pasteInto: z.string(), then: z.string() }).nullable(),
  }),
);
export type Findings = z.infer<typeof findingsSchema>;
type Mend = NonNullable<Findings[number]['mend']>;

export class ExistingPbx {
  readonly instance: Studio['instance'];
  /** Folder with its cel.csv. */
  readonly recordDir: string;
  /** Of extension 5001, registered. */
  readonly phone: SipPhone;
  readonly secret: string;
  readonly #carrier: Carrier;
  readonly #tap: AmiTap;

  private constructor(studio: Studio, tap: AmiTap) {
    this.instance = studio.instance;
    this.recordDir = path.join(studio.instance.stateDir, 'freepbx/volume');
    this.secret = studio.secrets.amiSecret;
    this.phone = phoneAt(studio, '5001');
    this.#carrier = new Carrier(studio.instance, studio.secrets);
    this.#tap = tap;
  }

  /** From nothing: no record, no members but the static ones. */
  static async start(): Promise<ExistingPbx> {
    const instance = instanceNamed('existing');
    const studio = { instance, secrets: await ensureSecrets(instance) };
    await takeDownTelephony(instance).catch(() => undefined); // there may be no engine yet
    for (const folder of ['freepbx', 'carrier', 'bridge'])
      await rm(path.join(instance.stateDir, folder), { recursive: true, force: true });
    await bringUpTelephony(instance, () => undefined, freepbx.roles);
    const pbx = new ExistingPbx(studio, await freepbx.listen(studio));
    await pbx.phone.register();
    return pbx;
  }

  async stop(): Promise<void> {
    await this.phone.unregister();
    this.#tap.close();
    await takeDownTelephony(this.instance);
  }

  /** Somebody calls the main number and leaves the menu for queue 400. Returns the call's name in the network. */
  async callIn(): Promise<string> {
    const call = { from: CALLER, to: MENU, scenario: 'talk', keys: '0', customer: 'freepbx' } as const;
    return (await this.#carrier.placeCall(call)).id;
  }

  hangUp(id: string): Promise<void> {
    return this.#carrier.hangUp(id);
  }

  /** Ends all calls; done when the PBX has none. */
  async hangUpAll(): Promise<void> {
    for (const { id } of await this.#carrier.liveCalls()) await this.#carrier.hangUp(id);
    await this.silence();
  }

  async silence(): Promise<void> {
    await until('silence at the PBX', async () =>
      (await this.#tap.action({ Action: 'CoreStatus' })).includes('CoreCurrentCalls: 0'),
    );
  }

  /** The queue's members, as the PBX tells each. */
  async membersOf(queue: string): Promise<string[]> {
    const from = this.#tap.frames.length;
    await this.#tap.snapshot();
    const isMember = (frame: string): boolean =>
      frame.startsWith('Event: QueueMember\n') && frame.includes(`Queue: ${queue}\n`);
    return this.#tap.frames.slice(from).filter(isMember);
  }

  async pausedIn(queue: string): Promise<string[]> {
    return (await this.membersOf(queue)).filter((member) => member.includes('Paused: 1\n'));
  }

  /** Variables with which this AMI user gets in. */
  amiOf(user: string): Record<string, string> {
    const port = String(this.instance.ports.freepbx.ami);
    return { AMI_HOST: '127.0.0.1', AMI_PORT: port, AMI_USER: user, AMI_SECRET: this.secret };
  }

  /** `npm run doctor`, as its user runs it. */
  async doctor(user: string, databaseUrl: string, { args = [], env = {} }: DoctorOptions = {}) {
    const all = {
      HEADSET_INSTANCE: this.instance.name,
      DATABASE_URL: databaseUrl,
      ...this.amiOf(user),
      PBX_WEBSOCKET_URL: `ws://127.0.0.1:${this.instance.ports.freepbx.webSocket}/ws`,
      PBX_RECORD_DIR: this.recordDir,
      ...env,
    };
    const line = ['run', '--silent', 'doctor', '--', '--json', ...args];
    const { code, stdout, stderr } = await command('npm', line, { env: all, cwd: repositoryRoot });
    if (!stdout.includes('[')) throw new Error(`the doctor said nothing: ${stderr}`);
    return { code, findings: findingsSchema.parse(JSON.parse(stdout.slice(stdout.indexOf('[')))) };
  }

  /** A line of the PBX's own console. */
  console(line: string): Promise<string> {
    return this.#inContainer('asterisk', '-rx', line);
  }

  async write(file: string, text: string, then: string): Promise<void> {
    await this.#inContainer('sh', '-c', `printf '%s' "$1" > "/etc/asterisk/$2"`, 'write', text, file);
    await this.console(then);
  }

  /** As the doctor says it, with the secret put in. */
  async paste({ snippet, pasteInto, then }: Mend): Promise<void> {
    const fill = `sed "s|CHANGE-THIS-SECRET|$1|" "/opt/headset/snippets/$2" > "$3"`;
    await this.#inContainer('sh', '-c', fill, 'paste', this.secret, snippet, pasteInto);
    await this.#inContainer('sh', '-c', then);
  }

  async #inContainer(...line: string[]): Promise<string> {
    const { code, stdout, stderr } = await command('docker', ['exec', this.instance.containers.freepbx, ...line]);
    if (code !== 0) throw new Error(`The PBX did not take "${line.join(' ')}": ${stderr}`);
    return stdout;
  }
}

type DoctorOptions = { args?: string[]; env?: Record<string, string> };

/** Names of the checks that came out so. */
export function checksOf(findings: Findings, level: Findings[number]['level']): string[] {
  return findings.filter((finding) => finding.level === level).map(({ check }) => check);
}

/** What the findings tell to paste, each once. */
export function mendsOf(findings: Findings): Mend[] {
  const mends = findings.flatMap(({ mend }) => mend ?? []);
  return [...new Map(mends.map((mend) => [mend.snippet, mend])).values()];
}
