/** Postgres as a part under the supervisor. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, disconnect, type Database } from '@headset/db';
import { PostgresStartError, startPostgres, type EmbeddedPostgres } from '@headset/db/embedded-postgres';
import { ping } from '@headset/db/queries/health';
import type { Instance } from './instance.ts';
import type { Part } from './part.ts';
import { assertPortsFree } from './ports-free.ts';
import { probedPart, type Pulse } from './probed-part.ts';
import type { Secrets } from './secrets.ts';
import { step } from './steps.ts';
import { Trouble } from './trouble.ts';

const ANSWER_WITHIN_MS = 2_000;

export function postgresPart(instance: Instance, secrets: Secrets): Part {
  let server: EmbeddedPostgres | null = null;
  let probe: Database | null = null;
  let isGone = true;
  return probedPart({
    name: 'postgres',
    up: async () => {
      server = await step('Postgres', () => start(instance, secrets));
      isGone = false;
      server.onExit(() => (isGone = true));
      probe ??= connect(server.url, {
        max: 1,
        applicationName: 'headset-supervisor',
        statementTimeoutMs: ANSWER_WITHIN_MS,
      });
    },
    pulse: async (): Promise<Pulse> => {
      if (!probe || isGone) return 'gone';
      return (await answers(probe)) ? 'serving' : 'silent';
    },
    down: async () => {
      if (probe) await disconnect(probe);
      await server?.stop();
    },
    kill: () => server?.kill(),
    tail: () => (server ? readFileSync(server.logFile, 'utf8').trimEnd().split('\n').slice(-15) : []),
  });
}

async function start({ postgresDir, ports }: Instance, { postgresPassword }: Secrets): Promise<EmbeddedPostgres> {
  try {
    return await startPostgres({ dataDir: postgresDir, port: ports.postgres, password: postgresPassword });
  } catch (error) {
    if (!(error instanceof PostgresStartError)) throw error;
    if (error.failure === 'port_busy')
      await assertPortsFree([{ port: ports.postgres, protocol: 'tcp', what: 'Postgres' }]);
    throw new Trouble(error.message, { cause: error });
  }
}

/** A stopped Postgres takes the question and never answers: hence a deadline of our own. */
async function answers(probe: Database): Promise<boolean> {
  const asked = ping(probe).then(
    () => true,
    () => false,
  );
  return Promise.race([asked, delay(ANSWER_WITHIN_MS, false, { ref: false })]);
}
