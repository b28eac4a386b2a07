/** What must be done now and then, whoever is logged in: the ledger's next months, sessions that are over. */
import { makeEventPartitions, type Database } from '@headset/db';
import { deleteExpiredSessions } from '@headset/db/queries/sessions';
import type { Logger } from 'pino';

const INTERVAL_MS = 3_600_000;

/** Returns the function that stops it. */
export function keepHouse(db: Database, log: Logger): () => void {
  const clean = async () => {
    const now = new Date();
    await makeEventPartitions(db, now);
    await deleteExpiredSessions(db, now);
  };
  const run = () =>
    void clean().catch((error: unknown) =>
      log.warn({ err: error }, 'housekeeping failed; it is tried again in an hour'),
    );
  run();
  const timer = setInterval(run, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
