/**
 * No pop without a row: while Postgres is gone nothing pops, and when it is back nothing of what was said meanwhile is missing in the
 * log, and calls pop again.
 */
import { ping } from '@headset/db/queries/health';
import { until } from '../../until.ts';
import { step } from '../../../scripts/steps.ts';
import { playTo, rowsOf, type Stage } from './measure.ts';
import { expectedRows, missingRows } from './rows.ts';

const LOAD = { callsPerSecond: 10, seconds: 3 };

export async function showOutage({ base, pbx, desks, calls }: Stage, signal: AbortSignal): Promise<void> {
  const playSome = () => playTo(pbx, desks, 'main-', calls, { ...LOAD, signal });
  await step('Postgres is killed', () => base.kill());
  const played = await step('Calls without Postgres', async ({ detail }) => {
    const { offers, calls: played } = await playSome();
    const popped = offers.made - offers.missing;
    detail(`${played.length} calls, ${offers.made} offers, ${popped} pops`);
    if (popped > 0) throw new Error(`${popped} calls popped that were in no log`);
    return played;
  });
  await step('Postgres is back', async ({ detail }) => {
    await base.start();
    const answers = () =>
      ping(base.db).then(
        () => true,
        () => false,
      );
    await until('Postgres answers', answers, 30_000);
    const found = await rowsOf(base, played, signal);
    const missing = missingRows(expectedRows(played), found);
    detail(`${found.calls} of ${played.length} calls are in the log`);
    if (missing > 0) throw new Error(`${missing} rows of the calls said meanwhile are missing in the log`);
  });
  await step('Calls afterwards', async ({ detail }) => {
    const { offers } = await playSome();
    detail(`${offers.made} offers, ${offers.made - offers.missing} pops`);
    if (offers.missing > 0) throw new Error(`${offers.missing} pops are missing although Postgres is back`);
  });
}
