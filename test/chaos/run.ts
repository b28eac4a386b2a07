/**
 * `npm run chaos`: the whole product as `npm start` runs it, with calls through the real PBX; one part after another is hit while calls
 * are in the menu, in the queue, ringing, talking and being transferred. Then the log is compared with the PBX's own record.
 */
import { rmSync } from 'node:fs';
import { clearLeftover } from '../../db/src/embedded/leftover.ts';
import { instance as instanceNamed } from '../../scripts/instance.ts';
import { Product } from '../../scripts/product/product.ts';
import { ensureSecrets } from '../../scripts/secrets.ts';
import { readSettings } from '../../scripts/product/settings.ts';
import { step } from '../../scripts/steps.ts';
import { messageOf } from '../../scripts/trouble.ts';
import type { Cleanup } from '../bench/cleanup.ts';
import { until } from '../until.ts';
import { AmiLine } from './ami-line.ts';
import { notRungAgain, playOn, type Aftermath } from './aftermath.ts';
import type { Blow } from './blows.ts';
import type { Kill, Observations } from './figures.ts';
import { Floor } from './floor.ts';
import { callsOfCel, countCallsOfCdr, type RecordedCall } from './pbx-record.ts';
import { forgotten, setScene, STAGES, type Scene } from './scene.ts';
import { judge, type Verdict } from './verdict.ts';

const PBX_ID = 'main';
const QUIET_WITHIN_MS = 60_000;
/** A call that is not in the log by then, all being quiet and the outbox empty, never will be. */
const LOGGED_WITHIN_MS = 15_000;

/** An instance of its own, from nothing. */
export async function openFloor(cleanup: Cleanup): Promise<Floor> {
  const chaos = instanceNamed('chaos');
  await clearLeftover(chaos.postgresDir);
  for (const folder of [chaos.stateDir, chaos.postgresDir]) rmSync(folder, { recursive: true, force: true });
  const line = await AmiLine.lay(chaos.ports.ami);
  cleanup.add('The line between bridge and PBX', () => line.close());
  const product = new Product({
    instance: chaos,
    settings: readSettings(chaos, {}),
    amiPort: line.port,
    buildScreen: false,
    onIncident: (message) => console.log(`    · ${message}`),
    onGivingUp: (message, lastWords) => console.error([`    ! ${message}`, ...lastWords].join('\n      ')),
  });
  cleanup.add('Headset', () => product.stop());
  await product.start();
  const floor = new Floor(chaos, await ensureSecrets(chaos), product.address, line);
  cleanup.add('The floor', () => floor.close());
  await step('Agents', () => floor.open());
  return floor;
}

export async function strike(floor: Floor, blow: Blow): Promise<Kill> {
  const since = new Date();
  const before = await floor.record();
  const wrong: string[] = [];
  const attempt = async <T>(title: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await step(title, work);
    } catch (error) {
      wrong.push(`${title}: ${messageOf(error)}`);
      await giveUp(floor);
      return null;
    }
  };

  const scene = await attempt('Calls', () => setScene(floor));
  const struckAt = Date.now();
  const aftermath = scene && (await attempt(blow.what, () => playOn(floor, scene, blow)));
  await attempt('Quiet', () => untilQuiet(floor));
  if (scene) wrong.push(...((await attempt('States', () => forgotten(floor, scene))) ?? []));
  const notRung = await attempt('Agents are rung again', () => notRungAgain(floor));
  await attempt('Quiet again', () => untilQuiet(floor));

  const record = await floor.record();
  const calls = callsOfCel(record.cel.slice(before.cel.length));
  const lossKnownAt = aftermath?.healthyAt ?? Date.now();
  const { verdict, logged } = await compare(floor, calls, since, lossKnownAt);
  const { missing, duplicated, stuckLive } = verdict;
  wrong.push(...missing, ...(notRung ?? []));
  wrong.push(
    ...duplicated.map((id) => `${id} is no call of the PBX's record`),
    ...stuckLive.map((id) => `${id} lives`),
  );
  const figures = {
    what: blow.what,
    liveAtKill: scene?.live.length ?? 0,
    celCalls: calls.length,
    cdrCalls: countCallsOfCdr(record.cdr.slice(before.cdr.length)),
    loggedCalls: logged,
    missing: missing.length,
    duplicated: duplicated.length,
    stuckLive: stuckLive.length,
    agentsNotRungAgain: notRung?.length ?? floor.agents.length,
  };
  return { figures, seen: observations(scene, aftermath, verdict, lossKnownAt - struckAt, wrong) };
}

/** Asks until the log agrees with the record, or it is clear that it never will. */
async function compare(
  floor: Floor,
  calls: readonly RecordedCall[],
  since: Date,
  lossKnownAt: number,
): Promise<{ verdict: Verdict; logged: number }> {
  const deadline = performance.now() + LOGGED_WITHIN_MS;
  return until(
    'a verdict',
    async () => {
      const log = await floor.log(since);
      const verdict = judge(calls, log, { pbxId: PBX_ID, lossKnownAt, answeredBy: floor.answeredBy });
      const isGood = verdict.missing.length + verdict.duplicated.length + verdict.stuckLive.length === 0;
      return (isGood || performance.now() > deadline) && { verdict, logged: log.length };
    },
    2 * LOGGED_WITHIN_MS,
  );
}

/** Ends what is left of a play that failed, so that the next one begins with nobody on the line. */
async function giveUp(floor: Floor): Promise<void> {
  await Promise.all(floor.agents.map((agent) => agent.stopAttending()));
  for (const { phone } of floor.agents) phone.hangUp();
  await floor.callers.hangUpAll();
}

const untilQuiet = (floor: Floor): Promise<true> => until('quiet', () => floor.isQuiet(), QUIET_WITHIN_MS);

function observations(
  scene: Scene | null,
  aftermath: Aftermath | null,
  { worstStartMs, worstDurationMs }: Verdict,
  outageMs: number,
  wrong: string[],
): Observations {
  const count = (stage: string): number => (scene?.live ?? []).filter((call) => call.stage === stage).length;
  return {
    stages: STAGES.map((stage) => `${stage} ${count(stage)}`).join(', '),
    outageMs,
    came: aftermath?.came ?? 0,
    served: aftermath?.served ?? 0,
    worstStartMs,
    worstDurationMs,
    wrong,
  };
}
