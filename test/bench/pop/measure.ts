/** One rate of calls for a while, through Headset or through the bare pipe. */
import { until } from '../../until.ts';
import { childrenOf, cpuMs } from '../process-cost.ts';
import type { BarePipe } from './bare-pipe.ts';
import type { Base } from './base.ts';
import type { PlayedCall } from './call-copy.ts';
import type { Desks } from './desks.ts';
import type { BareFigures, RateFigures } from './figures.ts';
import type { Headset } from './headset.ts';
import { Offers } from './offers.ts';
import { play } from './play.ts';
import type { RawAmi } from '../../raw-ami.ts';
import type { CallSource } from './recorded-calls.ts';
import { countRows, expectedRows, missingRows, type Rows } from './rows.ts';

export type Stage = {
  base: Base;
  pbx: RawAmi;
  headset: Headset;
  desks: Desks;
  barePbx: RawAmi;
  bare: BarePipe;
  calls: CallSource;
};
export type Load = { callsPerSecond: number; seconds: number; signal: AbortSignal };

/** What has not come after this is lost. */
const GIVE_UP_MS = 10_000;

export async function measureHeadset(stage: Stage, load: Load): Promise<RateFigures> {
  const { headset, base, desks, pbx } = stage;
  const before = { ...headset.cost, postgres: postgresCpuMs(base) };
  const { offers, calls } = await playTo(pbx, desks, 'main-', stage.calls, load);
  const found = await rowsOf(base, calls, load.signal);
  const after = { ...headset.cost, postgres: postgresCpuMs(base) };
  if (offers.strays.length > 0) throw new Error(`pops that must not be: ${offers.strays.slice(0, 5).join(', ')}`);
  const usedMs = after.serverCpuMs - before.serverCpuMs + after.bridgeCpuMs - before.bridgeCpuMs;
  return {
    callsPerSecond: load.callsPerSecond,
    ...offers.latency,
    cpuMsPerCall: usedMs / calls.length,
    postgresCpuMsPerCall: (after.postgres - before.postgres) / calls.length,
    rssMb: after.rssMb,
    offers: offers.made,
    lost: offers.missing + missingRows(expectedRows(calls), found),
    rows: found.calls,
  };
}

export async function measureBare({ barePbx, bare, calls }: Stage, load: Load): Promise<BareFigures> {
  const { offers } = await playTo(barePbx, bare, '', calls, load);
  const { p50Ms, p99Ms } = offers.latency;
  return { callsPerSecond: load.callsPerSecond, p50Ms, p99Ms };
}

/** `prefix` is what the listener's leg ids have in front of the PBX's own. */
export async function playTo(
  pbx: RawAmi,
  listener: Pick<Desks | BarePipe, 'onPop'>,
  prefix: string,
  source: CallSource,
  { callsPerSecond, seconds, signal }: Load,
): Promise<{ offers: Offers; calls: PlayedCall[] }> {
  const offers = new Offers();
  listener.onPop = (...pop) => offers.popped(...pop);
  const calls = await play({
    callsPerSecond,
    calls: Math.ceil(callsPerSecond * seconds),
    next: () => source.next(),
    say: (bytes) => pbx.write(bytes),
    onOffer: (legId, ...offer) => offers.said(prefix + legId, ...offer),
    signal,
  });
  await until('all have popped', () => offers.missing === 0 || signal.aborted, GIVE_UP_MS).catch(() => {});
  return { offers, calls };
}

/** The rows of these calls as soon as they are complete, or what there is of them in the end. */
export async function rowsOf(base: Base, calls: readonly PlayedCall[], signal: AbortSignal): Promise<Rows> {
  const ids = calls.map(({ id }) => `main-${id}`);
  const expected = expectedRows(calls);
  const complete = async () => signal.aborted || missingRows(expected, await countRows(base.db, ids)) === 0;
  await until('all is in the log', complete, GIVE_UP_MS).catch(() => {});
  return countRows(base.db, ids);
}

function postgresCpuMs(base: Base): number {
  return [base.pid, ...childrenOf(base.pid)].reduce((sum, pid) => sum + cpuMs(pid), 0);
}
