/** The floor at work: the product, its agents and those who call them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { callPageSchema, type Call, type CallPage } from '@headset/server/contract/calls';
import { beatSchema } from '@headset/ami-bridge/pbx-link';
import { answersOk } from '../../scripts/supervisor/child-part.ts';
import type { Instance } from '../../scripts/instance.ts';
import type { Secrets } from '../../scripts/secrets.ts';
import { until } from '../until.ts';
import { Agent } from './agent.ts';
import type { AmiLine } from './ami-line.ts';
import { Callers } from './callers.ts';
import { PbxEye } from './pbx-eye.ts';
import { silencePhones } from './silent-phones.ts';

/** The demo's people: two operators, the supervisor who is rung when both are busy, and one who takes no calls of the queue. */
const LOGINS = ['olga', 'pavel', 'svetlana', 'admin'] as const;
type Login = (typeof LOGINS)[number];

const PHONE_WITHIN_MS = 20_000;
const RECORD_FILES = { cel: 'cel.csv', cdr: 'cdr.csv' } as const;
const PAGE = 200;

export class Floor {
  readonly instance: Instance;
  /** Between bridge and PBX. */
  readonly line: AmiLine;
  readonly callers: Callers;
  readonly eye: PbxEye;
  readonly #address: string;
  readonly #agents = new Map<Login, Agent>();

  constructor(instance: Instance, secrets: Secrets, address: string, line: AmiLine) {
    this.instance = instance;
    this.line = line;
    this.#address = address;
    this.callers = new Callers(instance, secrets);
    this.eye = new PbxEye(instance, secrets);
  }

  agent(login: Login): Agent {
    const agent = this.#agents.get(login);
    if (agent === undefined) throw new Error(`${login} is not at work`);
    return agent;
  }

  get agents(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  /** Who takes calls of the queue. */
  get members(): readonly Agent[] {
    return [this.agent('olga'), this.agent('pavel'), this.agent('svetlana')];
  }

  /** Names of the agents who answered, by the caller's number; of several the one who answered last. */
  get answeredBy(): ReadonlyMap<string, string> {
    const answers = this.agents.flatMap(({ name, served }) => served.map((answer) => ({ name, ...answer })));
    return new Map(answers.toSorted((a, b) => a.at - b.at).map(({ number, name }) => [number, name]));
  }

  /** All log in, with phones that can be rung. */
  async open(): Promise<void> {
    for (const login of LOGINS) this.#agents.set(login, await Agent.logIn(this.instance, this.#address, login));
    await silencePhones(
      this.instance,
      this.eye,
      this.agents.map(({ extension }) => extension),
    );
    await this.registerPhones();
    await this.everybodyReady();
  }

  async close(): Promise<void> {
    await this.callers.hangUpAll().catch(() => {}); // the carrier may be gone already
    for (const agent of this.#agents.values()) await agent.leave();
  }

  /** A phone whose registration the PBX does not answer tries again, as a browser's does. */
  async registerPhones(): Promise<void> {
    for (const { login, phone } of this.agents) {
      let registered = false;
      await until(
        `${login}'s phone to register`,
        () => {
          void phone.register().then(
            () => (registered = true),
            () => {},
          );
          return registered;
        },
        PHONE_WITHIN_MS,
      );
    }
  }

  async everybodyReady(): Promise<void> {
    for (const { login, desk, extension } of this.agents) {
      await until(`${login}'s desk`, () => desk.state !== null);
      if (desk.intent?.wants !== 'ready') await desk.command({ name: 'beReady' });
      await until(`${login} to be ready`, () => desk.state?.name === 'ready', PHONE_WITHIN_MS);
      if (login !== 'admin') await until(`calls for ${login}`, () => this.eye.takesCalls(extension));
    }
  }

  /** Server, database, bridge and PBX are there, and nothing waits to be delivered. */
  async isHealthy(): Promise<boolean> {
    if (!(await answersOk(`${this.#address}/ready`))) return false;
    const beat = await this.#bridge();
    return beat?.pbx === 'ready' && beat.outboxDepth === 0;
  }

  /** Healthy, and nobody is on the line anywhere. */
  async isQuiet(): Promise<boolean> {
    if (!(await this.isHealthy()) || (await this.callers.live()) > 0) return false;
    return (await this.eye.channels()) === 0 && (await this.#bridge())?.liveCalls === 0;
  }

  /** The log since that moment, as the administrator reads it. */
  async log(since: Date): Promise<Call[]> {
    const calls: Call[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: URLSearchParams = new URLSearchParams({
        from: since.toISOString(),
        limit: String(PAGE),
        ...(cursor && { cursor }),
      });
      const page: CallPage = await this.agent('admin').desk.read(`/api/calls?${query.toString()}`, callPageSchema);
      calls.push(...page.items);
      cursor = page.nextCursor;
    }
    return calls;
  }

  /** What the PBX wrote down: its record of calls, and its call detail records. */
  async record(): Promise<{ cel: string; cdr: string }> {
    const volume = path.join(this.instance.stateDir, 'pbx/volume');
    const read = (file: string): Promise<string> => readFile(path.join(volume, file), 'utf8').catch(() => '');
    return { cel: await read(RECORD_FILES.cel), cdr: await read(RECORD_FILES.cdr) };
  }

  async #bridge() {
    const url = `http://127.0.0.1:${this.instance.ports.bridge}/health`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
    return answer === null ? null : (beatSchema.safeParse(await answer.json()).data ?? null);
  }
}
