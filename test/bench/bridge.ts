/**
 * `npm run bench bridge`: events a second through the bridge's connection and tracker, beside bare asterisk-manager in the same run; and
 * how late an event is in a storm. Recorded calls alone are played.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { step } from '../../scripts/steps.ts';
import { toldSchema, type Order, type Told } from './bridge/messages.ts';
import { Cleanup } from './cleanup.ts';
import { percentile } from './percentile.ts';

/** After an outage everybody calls: 33 calls a second, each as many events as a ring-all queue of ten phones makes. */
const STORM = { callsPerSecond: 33, eventsPerCall: 252 };
const GOALS = { shareOfBare: 0.8, stormLagP99Ms: 20 };
const ROUNDS = 3;
/** A bridge in service has had its code compiled long ago. */
const WARM_UP_CALLS = 750;

type ToldOf<K extends Told['told']> = Extract<Told, { told: K }>;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { calls: { type: 'string', default: '1500' }, seconds: { type: 'string', default: '30' } },
  });
  const cleanup = new Cleanup();
  try {
    const source = start(cleanup, 'source-process.ts', {});
    const { port, framesPerCall } = await hear(source, 'listening');
    const rates = { bare: [] as number[], bridge: [] as number[] };
    // In turn, so that whatever else the machine does befalls both.
    for (let round = 1; round <= ROUNDS; round++) {
      for (const who of ['bare', 'bridge'] as const) {
        const rate = await step(`Round ${round}, ${who}`, () =>
          flood(cleanup, source, port, who, Number(values.calls)),
        );
        rates[who].push(rate);
      }
    }
    const lag = await step('Storm', () => storm(cleanup, source, port, framesPerCall, Number(values.seconds)));
    const figures = {
      eventsPerSecond: Math.round(percentile(rates.bridge, 0.5)),
      bareEventsPerSecond: Math.round(percentile(rates.bare, 0.5)),
      stormLagP99Ms: Math.round(lag * 100) / 100,
    };
    const share = figures.eventsPerSecond / figures.bareEventsPerSecond;
    console.log(
      `\nThe bridge takes ${Math.round(share * 100)} % of what bare asterisk-manager takes (goal ${GOALS.shareOfBare * 100} %).`,
    );
    await cleanup.run();
    console.log(JSON.stringify(figures));
    return share >= GOALS.shareOfBare && figures.stormLagP99Ms < GOALS.stormLagP99Ms ? 0 : 1;
  } finally {
    await cleanup.run();
  }
}

/** Events a second of one listener that takes them as fast as it can. A first flood, not measured, lets its code be compiled. */
async function flood(
  cleanup: Cleanup,
  source: ChildProcess,
  port: number,
  who: string,
  calls: number,
): Promise<number> {
  const listener = start(cleanup, 'listener-process.ts', { AMI_PORT: String(port), LISTENER: who });
  await hear(listener, 'ready');
  let before = 0;
  let rate = 0;
  for (const warm of [false, true]) {
    const flooding = hear(source, 'flooding');
    order(source, { order: 'flood', calls: warm ? calls : WARM_UP_CALLS });
    const { events } = await flooding;
    const beganAt = performance.now();
    const { events: read } = await hear(listener, 'read', (told) => told.events - before >= events);
    rate = events / ((performance.now() - beganAt) / 1000);
    before = read;
  }
  listener.kill('SIGKILL');
  return rate;
}

/** The 99th percentile of how late the bridge is with an event, in milliseconds, while the storm lasts. */
async function storm(
  cleanup: Cleanup,
  source: ChildProcess,
  port: number,
  framesPerCall: number,
  seconds: number,
): Promise<number> {
  const listener = start(cleanup, 'listener-process.ts', { AMI_PORT: String(port), LISTENER: 'bridge-watched' });
  await hear(listener, 'ready');
  const flooding = hear(source, 'flooding');
  order(source, { order: 'flood', calls: WARM_UP_CALLS });
  const { events: warm } = await flooding;
  await hear(listener, 'read', (told) => told.events >= warm);
  const lag: number[] = [];
  let read = warm;
  listener.on('message', (raw) => {
    const told = toldSchema.parse(raw);
    if (told.told !== 'read') return;
    read = told.events;
    lag.push(...told.lagMs);
  });
  const stormed = hear(source, 'stormed');
  // The recorded calls are shorter than those of ten phones: so many more of them, that the events are as many.
  const callsPerSecond = (STORM.callsPerSecond * STORM.eventsPerCall) / framesPerCall;
  order(source, { order: 'storm', callsPerSecond, seconds });
  const { events } = await stormed;
  const all = warm + events;
  if (read < all) await hear(listener, 'read', (told) => told.events >= all);
  listener.kill('SIGKILL');
  return percentile(lag, 0.99);
}

function start(cleanup: Cleanup, script: string, env: Record<string, string>): ChildProcess {
  const child = fork(new URL(`bridge/${script}`, import.meta.url), [], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env },
  });
  cleanup.add(script, () => void child.kill('SIGKILL'));
  return child;
}

function order(source: ChildProcess, what: Order): void {
  source.send(what);
}

/** The next thing of that kind that the process tells, and that `matches`. */
function hear<K extends Told['told']>(
  child: ChildProcess,
  kind: K,
  matches: (told: ToldOf<K>) => boolean = () => true,
): Promise<ToldOf<K>> {
  return new Promise((resolve, reject) => {
    const isIt = (told: Told): told is ToldOf<K> => told.told === kind;
    const listen = (raw: unknown): void => {
      const told = toldSchema.parse(raw);
      if (!isIt(told) || !matches(told)) return;
      child.off('message', listen).off('exit', ended);
      resolve(told);
    };
    child.on('message', listen);
    const ended = (): void => reject(new Error(`a process of the benchmark ended before it told "${kind}"`));
    child.once('exit', ended);
  });
}
