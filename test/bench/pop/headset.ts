/** Server and bridge as a start runs them, each a process, with the played PBX in Asterisk's place. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { answersOk, childPart } from '../../../scripts/supervisor/child-part.ts';
import { bridgeEnvironment, serverEnvironment } from '../../../scripts/product/environment.ts';
import type { Instance } from '../../../scripts/instance.ts';
import { PartLog } from '../../../scripts/supervisor/part-log.ts';
import type { RunningPart } from '../../../scripts/supervisor/part.ts';
import type { RunRecord } from '../../../scripts/product/run-record.ts';
import type { Secrets } from '../../../scripts/secrets.ts';
import { readSettings } from '../../../scripts/product/settings.ts';
import { until } from '../../until.ts';
import { cpuMs, rssMb } from '../process-cost.ts';

export type HeadsetOptions = {
  instance: Instance;
  /** Where the played PBX listens. */
  amiPort: number;
  secrets: Secrets;
  record: RunRecord;
  signal: AbortSignal;
};

/** Used so far, by each part. */
export type Cost = { serverCpuMs: number; bridgeCpuMs: number; rssMb: number };

export class Headset {
  readonly address: string;
  readonly #options: HeadsetOptions;
  readonly #parts: RunningPart[] = [];
  readonly #pids = { server: 0, bridge: 0 };

  constructor(options: HeadsetOptions) {
    this.#options = options;
    this.address = `http://127.0.0.1:${options.instance.ports.server}`;
  }

  /** Resolves when the server is ready: it has Postgres, and through the bridge the PBX. */
  async start(): Promise<void> {
    const { instance, amiPort, secrets } = this.#options;
    const settings = readSettings(instance, {});
    this.#forget();
    for (const folder of ['bridge', 'pbx/generated', 'logs'])
      mkdirSync(path.join(instance.stateDir, folder), { recursive: true, mode: 0o700 });
    await this.#run('server', 'server/src/main.ts', serverEnvironment(instance, settings, secrets), this.address);
    const bridgeAddress = `http://127.0.0.1:${instance.ports.bridge}`;
    const bridgeSettings = { ...bridgeEnvironment(instance, settings, secrets), AMI_PORT: String(amiPort) };
    await this.#run('bridge', 'ami-bridge/src/main.ts', bridgeSettings, bridgeAddress);
    await until('the server is ready', () => answersOk(`${this.address}/ready`), 30_000);
  }

  async stop(): Promise<void> {
    for (const part of this.#parts.toReversed()) await part.stop();
    this.#forget();
  }

  get cost(): Cost {
    const { server, bridge } = this.#pids;
    return { serverCpuMs: cpuMs(server), bridgeCpuMs: cpuMs(bridge), rssMb: rssMb(server) + rssMb(bridge) };
  }

  /** The bridge's memory, and what it wrote for the PBX. The logs stay. */
  #forget(): void {
    const { stateDir } = this.#options.instance;
    for (const folder of ['bridge', 'pbx']) rmSync(path.join(stateDir, folder), { recursive: true, force: true });
  }

  async #run(name: 'server' | 'bridge', script: string, env: Record<string, string>, address: string): Promise<void> {
    const { instance, record, signal } = this.#options;
    const part = childPart({
      name,
      script,
      env,
      log: new PartLog(path.join(instance.stateDir, 'logs', `${name}.log`)),
      serves: () => answersOk(`${address}/health`),
      onProcess: (pid) => {
        this.#pids[name] = pid;
        record.addProcess(name, pid);
      },
    });
    this.#parts.push(await part.start(signal));
  }
}
