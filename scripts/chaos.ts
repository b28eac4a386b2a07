/**
 * `npm run chaos [-- BLOW …]`: no kill of anything loses a call. Runs every blow of test/chaos/blows.ts, or those that are named; prints
 * a table, and as its last line one JSON object. The exit code is 1 when anything was lost, told twice, left live or not rung again.
 */
import { Cleanup } from '../test/bench/cleanup.ts';
import { blows } from '../test/chaos/blows.ts';
import { isWell, lastLine, table, type Kill } from '../test/chaos/figures.ts';
import { openFloor, strike } from '../test/chaos/run.ts';
import { Trouble } from './trouble.ts';

const names = process.argv.slice(2);
const chosen = (names.length > 0 ? names : Object.keys(blows)).map((name) => {
  const blow = blows[name];
  if (blow === undefined) throw new Trouble(`There is no blow "${name}": ${Object.keys(blows).join(', ')}`);
  return blow;
});

const cleanup = new Cleanup();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.log('\nStopping …');
    void cleanup.run().then(() => process.exit(130));
  });
}
let isGood = false;
try {
  const kills = await strikeAll();
  await cleanup.run();
  console.log(`\n${table(kills)}\n`);
  console.log(lastLine(kills));
  isGood = kills.every(isWell);
} finally {
  await cleanup.run();
}
process.exit(isGood ? 0 : 1);

async function strikeAll(): Promise<Kill[]> {
  const floor = await openFloor(cleanup);
  const kills: Kill[] = [];
  for (const blow of chosen) {
    console.log(`\n${blow.what}`);
    const kill = await strike(floor, blow);
    kills.push(kill);
    console.log(`  at the blow: ${kill.seen.stages}`);
    for (const sentence of kill.seen.wrong) console.log(`  ✗ ${sentence}`);
  }
  return kills;
}
