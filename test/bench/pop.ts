/**
 * `npm run bench pop`: how long from the moment that the PBX says "this agent's phone rings" to the card on that agent's desk, through the
 * real bridge, the real server and a durable Postgres; beside it a bare pipe fed with the same calls. Recorded calls alone are played.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { instance } from '../../scripts/instance.ts';
import { assertPortsFree } from '../../scripts/product/ports-free.ts';
import { openRunRecord } from '../../scripts/product/run-record.ts';
import { ensureSecrets } from '../../scripts/secrets.ts';
import { step } from '../../scripts/steps.ts';
import { messageOf, Trouble } from '../../scripts/trouble.ts';
import { Cleanup } from './cleanup.ts';
import { BarePipe } from './pop/bare-pipe.ts';
import { Base } from './pop/base.ts';
import { callerNumbers } from './pop/callers.ts';
import { Desks } from './pop/desks.ts';
import { lastLine, missedGoals, table, type Figures } from './pop/figures.ts';
import { Headset } from './pop/headset.ts';
import { measureBare, measureHeadset, type Stage } from './pop/measure.ts';
import { showOutage } from './pop/outage.ts';
import { openPlayedPbx } from './pop/played-pbx.ts';
import { CallSource, readRecordedCalls } from './pop/recorded-calls.ts';

const RATES = [1, 10, 50];
/** Enough that at the highest rate hardly anybody has two calls at once. */
const AGENTS = 250;

export async function run(args: readonly string[]): Promise<number> {
  const { seconds, goals } = readOptions(args);
  const cleanup = new Cleanup();
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stopping.abort());
  try {
    const figures = await measure({ seconds, cleanup, signal });
    const busy = machineIsBusy();
    await cleanup.run();
    const missed = goals ? missedGoals(figures) : [];
    console.log(`\n${table(figures)}\n`);
    for (const sentence of missed) console.log(`✗ ${sentence}`);
    if (busy !== null) console.log(busy);
    console.log(lastLine(figures));
    return missed.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) console.error(error instanceof Error ? error.stack : messageOf(error));
    return signal.aborted ? 130 : 1;
  } finally {
    await cleanup.run();
  }
}

/** Other programs that want the processors make every trip between processes wait: Headset’s more often than the bare pipe’s. */
function machineIsBusy(): string | null {
  const [load = 0] = os.loadavg();
  const cores = os.availableParallelism();
  if (load <= cores) return null;
  return `The machine was busy (load ${load.toFixed(1)} on ${cores} cores): measure again when it is idle.`;
}

function readOptions(args: readonly string[]): { seconds: number; goals: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { seconds: { type: 'string', default: '30' }, 'no-goals': { type: 'boolean', default: false } },
    });
    return { seconds: z.coerce.number().positive().parse(values.seconds), goals: !values['no-goals'] };
  } catch {
    throw new Trouble('npm run bench pop -- [--seconds N] [--no-goals]: N is how long each rate is played');
  }
}

async function measure(options: { seconds: number; cleanup: Cleanup; signal: AbortSignal }): Promise<Figures> {
  const { seconds, signal } = options;
  const stage = await step('Stage', () => setStage(options));
  const figures: Figures = { rates: [], bare: [] };
  await step('Warm-up', async () => {
    await measureHeadset(stage, { callsPerSecond: 20, seconds: 5, signal });
    await measureBare(stage, { callsPerSecond: 20, seconds: 5, signal });
  });
  for (const callsPerSecond of RATES) {
    const load = { callsPerSecond, seconds, signal };
    figures.rates.push(await step(`${callsPerSecond} calls/s, Headset`, () => measureHeadset(stage, load)));
    figures.bare.push(await step(`${callsPerSecond} calls/s, bare pipe`, () => measureBare(stage, load)));
  }
  await showOutage(stage, signal);
  return figures;
}

/** Throws between one thing and the next when `signal` is aborted. What was begun is in `cleanup` by then. */
async function setStage({ cleanup, signal }: { cleanup: Cleanup; signal: AbortSignal }): Promise<Stage> {
  const bench = instance('bench');
  const record = openRunRecord(bench);
  cleanup.add('The record of the run', () => record.close());
  await assertPortsFree([
    { port: bench.ports.server, protocol: 'tcp', what: 'server' },
    { port: bench.ports.bridge, protocol: 'tcp', what: 'bridge' },
  ]);
  const secrets = await ensureSecrets(bench);

  const base = new Base(bench, secrets);
  cleanup.add('Postgres', () => base.remove());
  await base.create();
  const logins = await base.addAgents(AGENTS);
  const phones = logins.map(({ extension }) => extension);

  signal.throwIfAborted();
  const { traces, answers } = await readRecordedCalls();
  const pbx = await openPlayedPbx(answers, phones);
  cleanup.add('The played PBX', () => pbx.close());
  signal.throwIfAborted();
  const headset = new Headset({ instance: bench, amiPort: pbx.port, secrets, record, signal });
  cleanup.add('Server and bridge', () => headset.stop());
  await headset.start();
  signal.throwIfAborted();
  const desks = new Desks();
  cleanup.add('Desks', () => desks.close());
  await desks.open(headset.address, logins);

  signal.throwIfAborted();
  const barePbx = await openPlayedPbx(answers, phones);
  cleanup.add('The bare pipe’s PBX', () => barePbx.close());
  const bare = new BarePipe();
  cleanup.add('The bare pipe', () => bare.stop());
  await bare.start({
    amiPort: barePbx.port,
    amiSecret: secrets.amiSecret,
    extensions: phones,
    onProcess: (pid) => record.addProcess('bare pipe', pid),
  });

  const callers = await callerNumbers(headset.address, desks.cookies);
  const calls = new CallSource(traces, phones, callers);
  return { base, pbx, headset, desks, barePbx, bare, calls };
}
