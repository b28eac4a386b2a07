/** Postgres as a part under the supervisor. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, disconnect } from '@headset/db';
import { PostgresStartError, startPostgres, type EmbeddedPostgres } from '@headset/db/embedded-postgres';
import { ping } from '@headset/db/queries/health';
import type { Instance } from '../instance.ts';
import type { Part } from '../supervisor/part.ts';
import { assertPortsFree } from './ports-free.ts';
import { probedPart, type Pulse } from '../supervisor/probed-part.ts';
import type { Secrets } from '../secrets.ts';
import { step } from '../steps.ts';
import { Trouble } from '../trouble.ts';

const ANSWER_WITHIN_MS = 2_000;

export function postgresPart(instance: Instance, secrets: Secrets): Part {
  let server: EmbeddedPostgres | null = null;
  let isGone = true;
  return probedPart({
    name: 'postgres',
    up: async () => {
      server = await step('Postgres', () => start(instance, secrets));
      isGone = false;
      server.onExit(() => (isGone = true));
    },
    pulse: async (): Promise<Pulse> => {
      if (!server || isGone) return 'gone';
      return (await answers(server.url)) ? 'serving' : 'silent';
    },
    down: async () => server?.stop(),
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

/**
 * Over a connection of its own each time: old ones have processes of their own, which serve on when the one that takes new ones hangs.
 * That one then takes the question and never answers: hence a deadline of ours.
 */
async function answers(url: string): Promise<boolean> {
  const db = connect(url, { max: 1, applicationName: 'headset-supervisor' });
  const asked = ping(db).then(
    () => true,
    () => false,
  );
  const answer = await Promise.race([asked, delay(ANSWER_WITHIN_MS, false, { ref: false })]);
  void disconnect(db).catch(() => {});
  return answer;
}
