/** The process: reads its environment, serves, beats, and stops cleanly on SIGTERM. */
import { connect, disconnect } from '@headset/db';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { keepHouse } from './housekeeping.ts';
import { createLog } from './log.ts';
import { collectProcessMetrics, createMetrics } from './metrics.ts';

const config = readConfig(process.env);
const log = createLog(config.logLevel);
const metrics = createMetrics();
collectProcessMetrics(metrics);
const db = connect(config.databaseUrl, { applicationName: 'headset-server' });
const app = await buildApp({ config, db, log, metrics });

/** A supervisor that hears nothing for 5 s takes this process for hung. The beat comes from the loop that does the work. */
const beat = setInterval(() => process.send?.({ beat: true }), 1_000);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  clearInterval(beat);
  stopHousekeeping();
  await app.close();
  await disconnect(db);
  process.exit(0);
}
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.once('disconnect', () => void stop());

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    log.fatal({ err: error }, 'the server ends: something went wrong that nobody expected');
    process.exit(1);
  });

await app.http.listen({ host: config.host, port: config.port });
log.info({ host: config.host, port: config.port }, 'listening');
const stopHousekeeping = keepHouse(db, log);
await app.live.start();
log.info('memory is read; facts are taken');
