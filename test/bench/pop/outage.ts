/** No pop without a row: while Postgres is gone nothing pops, and when it is back nothing of what was said meanwhile is missing. */
import { until } from '../../until.ts';
import { step } from '../../../scripts/steps.ts';
import { playTo, rowsOf, type Stage } from './measure.ts';
import { expectedRows, missingRows } from './rows.ts';

const LOAD = { callsPerSecond: 10, seconds: 3 };

export async function showOutage(stage: Stage, signal: AbortSignal): Promise<void> {
  const { base, pbx, desks, calls } = stage;
  await step('Postgres is killed', () => base.kill());
  const played = await step('Calls without Postgres', async ({ detail }) => {
    const { offers, calls: played } = await playTo(pbx, desks, 'main-', calls, { ...LOAD, signal });
    const popped = offers.made - offers.missing;
    detail(`${played.length} calls, ${offers.made} offers, ${popped} pops`);
    if (popped > 0) throw new Error(`${popped} calls popped that were in no log`);
    return played;
  });
  await step('Postgres is back', async ({ detail }) => {
    await base.start();
    await until(
      'the log can be read',
      () =>
        rowsOf(base, []).then(
          () => true,
          () => false,
        ),
      30_000,
    );
    const found = await rowsOf(base, played);
    const missing = missingRows(expectedRows(played), found);
    detail(`${found.calls} of ${played.length} calls are in the log`);
    if (missing > 0) throw new Error(`${missing} rows of the calls said meanwhile are missing in the log`);
  });
}
