/** What the benchmark says: a table for people, the goals, and the line for programs. */
import type { Latency } from './offers.ts';

export type RateFigures = Latency & {
  callsPerSecond: number;
  /** Of server and bridge together, all that they used while the calls ran. */
  cpuMsPerCall: number;
  postgresCpuMsPerCall: number;
  rssMb: number;
  offers: number;
  /** Pops and rows of the log that should be there and are not. */
  lost: number;
  /** Calls in the log. */
  rows: number;
};
export type BareFigures = { callsPerSecond: number; p50Ms: number; p99Ms: number };
export type Figures = { rates: RateFigures[]; bare: BareFigures[] };

const GOALS = { p99Ms: 50, p99At: 50, p50OfBare: 3 };

export function table({ rates, bare }: Figures): string {
  const head = [
    'calls/s',
    'pops',
    'p50',
    'p95',
    'p99',
    'bare p50',
    'bare p99',
    '× bare',
    'CPU/call',
    'Postgres',
    'RSS',
    'lost',
    'calls logged',
  ];
  const lines = rates.map((rate, index) => [
    String(rate.callsPerSecond),
    String(rate.offers),
    ...[rate.p50Ms, rate.p95Ms, rate.p99Ms, bare[index]?.p50Ms, bare[index]?.p99Ms].map(ms),
    timesBare(rate, bare[index]).toFixed(1),
    ms(rate.cpuMsPerCall),
    ms(rate.postgresCpuMsPerCall),
    `${Math.round(rate.rssMb)} MB`,
    String(rate.lost),
    String(rate.rows),
  ]);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] ?? title).length)),
  );
  return [head, ...lines]
    .map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}

/** A sentence for each goal that was missed. */
export function missedGoals({ rates, bare }: Figures): string[] {
  return rates.flatMap((rate, index) => {
    const { callsPerSecond, p99Ms, lost } = rate;
    const at = `at ${callsPerSecond} calls/s`;
    const times = timesBare(rate, bare[index]);
    return [
      callsPerSecond === GOALS.p99At &&
        !(p99Ms < GOALS.p99Ms) &&
        `p99 ${at} is ${ms(p99Ms)}, not under ${GOALS.p99Ms} ms`,
      !(times <= GOALS.p50OfBare) &&
        `p50 ${at} is ${times.toFixed(1)} times the bare pipe’s, more than ${GOALS.p50OfBare}`,
      lost > 0 && `${lost} lost ${at}`,
    ].filter((missed) => missed !== false);
  });
}

export function lastLine({ rates, bare }: Figures): string {
  return JSON.stringify({
    rates: rates.map(({ callsPerSecond, p50Ms, p95Ms, p99Ms, cpuMsPerCall, rssMb, lost, rows }) => ({
      callsPerSecond,
      ...rounded({ p50Ms, p95Ms, p99Ms, cpuMsPerCall, rssMb }),
      lost,
      rows,
    })),
    bare: bare.map(({ callsPerSecond, p50Ms, p99Ms }) => ({ callsPerSecond, ...rounded({ p50Ms, p99Ms }) })),
  });
}

const timesBare = (rate: RateFigures, bare: BareFigures | undefined): number =>
  rate.p50Ms / (bare?.p50Ms ?? Number.NaN);
const ms = (value: number | undefined): string => `${(value ?? Number.NaN).toFixed(1)} ms`;
const rounded = (values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 100) / 100]));
