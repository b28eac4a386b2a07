/**
 * `npm run bench` lists the benchmarks, `npm run bench NAME` runs one (its options after `--`). Each is a file of test/bench, prints what it
 * measured as people read it, and as its last line one JSON object; the exit code is not zero when a goal was missed.
 */
import { Trouble } from './trouble.ts';

type Benchmark = {
  /** What it measures, for the list. */
  says: string;
  /** Its options, for the list. */
  options: string;
  run: (args: readonly string[]) => Promise<number>;
};

const benchmarks: Readonly<Record<string, Benchmark>> = {
  pop: {
    says: 'from an offered call on the AMI socket to the card on the agent’s desk, at 1, 10 and 50 calls a second',
    options: '[--seconds N] [--no-goals]',
    run: async (args) => (await import('../test/bench/pop.ts')).run(args),
  },
  bridge: {
    says: 'events a second through the bridge’s parser and tracker, beside bare asterisk-manager; how late they are in a storm',
    options: '[--calls N] [--seconds N]',
    run: async (args) => (await import('../test/bench/bridge.ts')).run(args),
  },
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  console.log('npm run bench NAME -- [options]\n');
  for (const [each, { says, options }] of Object.entries(benchmarks))
    console.log(`  ${each} ${options}\n      ${says}`);
} else {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Trouble(`There is no benchmark "${name}": ${Object.keys(benchmarks).join(', ')}`);
  process.exitCode = await benchmark.run(args);
}
