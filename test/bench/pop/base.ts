/** The base that is measured on: a new, durable Postgres with the demo's clients, and more agents than the demo has. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import { connect, disconnect, migrate, type Database } from '@headset/db';
import { startPostgres, type EmbeddedPostgres } from '@headset/db/embedded-postgres';
import { createAgents } from '@headset/db/queries/agents';
import { listTeams } from '@headset/db/queries/organisation';
import { addMembers, findQueueByCode } from '@headset/db/queries/queues';
import { seed } from '@headset/db/seed';
import { clearLeftover } from '../../../db/src/embedded/leftover.ts';
import type { Instance } from '../../../scripts/instance.ts';
import type { Secrets } from '../../../scripts/secrets.ts';
import type { Login } from './desks.ts';

const PBX_ID = 'main';
const QUEUE = 'support';
/** The demo's own agents have 1001 and the following. */
const FIRST_EXTENSION = 2001;
/** Logging in is not what is measured: hundreds of agents come at once, and a hash of full strength takes a core 50 ms. */
const WEAK_HASH = { memoryCost: 8, timeCost: 1, parallelism: 1 };

export class Base {
  readonly #instance: Instance;
  readonly #secrets: Secrets;
  #postgres: EmbeddedPostgres | null = null;
  #db: Database | null = null;

  constructor(instance: Instance, secrets: Secrets) {
    this.#instance = instance;
    this.#secrets = secrets;
  }

  get db(): Database {
    if (!this.#db) throw new Error('Postgres is not started');
    return this.#db;
  }

  get pid(): number {
    if (!this.#postgres) throw new Error('Postgres is not started');
    return this.#postgres.pid;
  }

  /** Empty, migrated, seeded. What a killed run left is removed first. */
  async create(): Promise<void> {
    await clearLeftover(this.#instance.postgresDir);
    rmSync(this.#instance.postgresDir, { recursive: true, force: true });
    await this.start();
    await migrate(this.#url);
    await seed(this.db, { pbxId: PBX_ID });
  }

  async start(): Promise<void> {
    const { postgresDir: dataDir, ports } = this.#instance;
    this.#postgres = await startPostgres({ dataDir, port: ports.postgres, password: this.#secrets.postgresPassword });
    this.#db ??= connect(this.#url, { max: 2, applicationName: 'headset-bench' });
  }

  /** As a power cut would: nothing is said to anybody, nothing is finished. Resolves when it is gone. */
  async kill(): Promise<void> {
    const postgres = this.#postgres;
    if (!postgres) return;
    postgres.kill();
    await new Promise<void>((resolve) => postgres.onExit(() => resolve()));
  }

  async remove(): Promise<void> {
    if (this.#db) await disconnect(this.#db);
    await this.#postgres?.stop();
    for (const left of [this.#instance.postgresDir, `${this.#instance.postgresDir}.log`])
      rmSync(left, { recursive: true, force: true });
  }

  /** So many operators, each with a phone, all of them in the queue. */
  async addAgents(count: number): Promise<Login[]> {
    const [team] = await listTeams(this.db);
    const queue = await findQueueByCode(this.db, PBX_ID, QUEUE);
    if (!team || !queue) throw new Error('the demo base has no team or no queue');
    const password = randomBytes(12).toString('hex');
    const passwordHash = await hash(password, WEAK_HASH);
    const logins = Array.from({ length: count }, (_, index) => {
      const extension = String(FIRST_EXTENSION + index);
      return { login: `bench${extension}`, password, extension };
    });
    const rows = logins.map(({ login, extension }) => ({
      login,
      displayName: `Agent ${extension}`,
      passwordHash,
      role: 'operator' as const,
      teamId: team.id,
      pbxId: PBX_ID,
      extension,
      sipSecret: randomBytes(18).toString('base64url'),
    }));
    await addMembers(this.db, queue.id, await createAgents(this.db, rows));
    return logins;
  }

  get #url(): string {
    if (!this.#postgres) throw new Error('Postgres is not started');
    return this.#postgres.url;
  }
}
