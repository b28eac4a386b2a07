/**
 * The whole product on this machine: Postgres, PBX and carrier, bridge, server, screen, under one supervisor. `npm start`, `npm run
 * dev` and the end-to-end tests bring it up through here.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { answersOk, childPart } from '../supervisor/child-part.ts';
import { stopDockerEngine } from '../docker-engine.ts';
import { bridgeEnvironment, serverEnvironment } from './environment.ts';
import type { Instance } from '../instance.ts';
import { PartLog } from '../supervisor/part-log.ts';
import type { Part } from '../supervisor/part.ts';
import { containerPart, prepareTelephony } from './pbx-part.ts';
import { assertPortsFree, type WantedPort } from './ports-free.ts';
import { databaseUrlOf, prepareDatabase } from './database.ts';
import { postgresPart } from './postgres-part.ts';
import { openRunRecord, type RunRecord } from './run-record.ts';
import { ensureScreenBuilt } from './screen-build.ts';
import { ensureSecrets, type Secrets } from '../secrets.ts';
import type { Settings } from './settings.ts';
import { step } from '../steps.ts';
import { Supervisor, type SupervisorEvents } from '../supervisor/supervisor.ts';

export type ProductOptions = SupervisorEvents & {
  instance: Instance;
  settings: Settings;
  /** Where the bridge finds AMI of our own PBX when something stands between the two: chaos, that cuts the connection. */
  amiPort?: number;
  /** Under `npm run dev` Vite serves the screen: nothing is built. */
  buildScreen: boolean;
};

export class Product {
  /** Where the screen is. */
  readonly address: string;
  readonly #options: ProductOptions;
  readonly #supervisor: Supervisor;
  readonly #logs: PartLog[] = [];
  #record: RunRecord | null = null;

  constructor(options: ProductOptions) {
    this.#options = options;
    this.#supervisor = new Supervisor(options);
    const { host, port } = options.settings;
    this.address = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  }

  /** Resolves when an operator can log in and be called. Throws a Trouble otherwise; `stop` then clears away what was started. */
  async start(): Promise<void> {
    const { instance, settings, buildScreen } = this.#options;
    this.#record = openRunRecord(instance);
    mkdirSync(path.join(instance.stateDir, 'logs'), { recursive: true, mode: 0o700 });
    const secrets = await ensureSecrets(instance);
    await assertPortsFree(this.#ownPorts());
    // Side by side: the image comes over the network, the screen keeps a core busy, Postgres waits for the disk.
    await Promise.all([
      settings.pbx.mode === 'own' ? this.#startTelephony(secrets) : Promise.resolve(),
      this.#startDatabase(secrets),
      buildScreen
        ? step('Screen', async ({ detail }) => detail((await ensureScreenBuilt(instance)) ? 'built' : 'built already'))
        : Promise.resolve(),
    ]);
    await step('Bridge', () => this.#supervisor.start(this.#bridge(secrets)));
    await step('Server', () => this.#supervisor.start(this.#server(secrets)));
    await step('Ready', ({ detail }) => this.#untilReady(detail));
  }

  /** A part whose sources changed. */
  restart(part: 'bridge' | 'server'): Promise<void> {
    return this.#supervisor.restart(part);
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    if (this.#options.settings.pbx.mode === 'own') await stopDockerEngine(); // if we started it, and nobody else uses it
    this.#close();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#supervisor.kill();
    this.#close();
  }

  async #startTelephony(secrets: Secrets): Promise<void> {
    const { instance } = this.#options;
    const image = await prepareTelephony();
    const roles = ['pbx', 'carrier'] as const;
    await Promise.all(roles.map((role) => this.#supervisor.start(containerPart(instance, role, secrets, image))));
  }

  async #startDatabase(secrets: Secrets): Promise<void> {
    const { instance, settings } = this.#options;
    if (settings.databaseUrl === null) await this.#supervisor.start(postgresPart(instance, secrets));
    await prepareDatabase(databaseUrlOf(instance, settings, secrets));
  }

  #bridge(secrets: Secrets): Part {
    const { instance, settings, amiPort = instance.ports.ami } = this.#options;
    const seen = { ...instance, ports: { ...instance.ports, ami: amiPort } };
    return this.#child('bridge', 'ami-bridge/src/main.ts', bridgeEnvironment(seen, settings, secrets), () =>
      answersOk(`http://127.0.0.1:${instance.ports.bridge}/health`),
    );
  }

  #server(secrets: Secrets): Part {
    const { instance, settings } = this.#options;
    return this.#child('server', 'server/src/main.ts', serverEnvironment(instance, settings, secrets), () =>
      answersOk(`${this.address}/health`),
    );
  }

  #child(name: string, script: string, env: Record<string, string>, serves: () => Promise<boolean>): Part {
    const log = new PartLog(path.join(this.#options.instance.stateDir, 'logs', `${name}.log`));
    this.#logs.push(log);
    return childPart({ name, script, env, log, serves, onProcess: (pid) => this.#record?.addProcess(name, pid) });
  }

  /** The server is ready when database and PBX are in reach. */
  async #untilReady(detail: (what: string) => void): Promise<void> {
    if (await untilOk(`${this.address}/ready`, READY_DEADLINE_MS)) return;
    detail(`not yet: see ${this.address}/ready. Headset goes on trying`);
  }

  #ownPorts(): WantedPort[] {
    const { instance, settings } = this.#options;
    return [
      { port: settings.port, protocol: 'tcp', what: 'screen and REST, set by PORT', host: settings.host },
      { port: instance.ports.bridge, protocol: 'tcp', what: 'health of the bridge' },
    ];
  }

  #close(): void {
    for (const log of this.#logs) log.close();
    this.#record?.close();
  }
}

const READY_DEADLINE_MS = 30_000;

async function untilOk(url: string, deadlineMs: number): Promise<boolean> {
  const deadline = performance.now() + deadlineMs;
  while (performance.now() < deadline) {
    if (await answersOk(url)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
