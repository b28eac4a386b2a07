/**
 * Records AMI streams of the dockerised PBXs: `npm run record [-- scenario …]`. Each scenario becomes a file in test/fixtures/ami, headed
 * by Asterisk's version, the hash of the PBX's configuration and the command. The unit tests of the tracker feed on them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Carrier } from '../pbx/carrier/carrier.ts';
import { instance as instanceNamed, repositoryRoot } from './instance.ts';
import { bringUpTelephony } from './pbx.ts';
import type { AmiTap } from './record/ami-tap.ts';
import { freepbx } from './record/freepbx.ts';
import { freepbxScenarios } from './record/freepbx-scenarios.ts';
import { ownPbx } from './record/own-pbx.ts';
import type { RecordedPbx, Studio } from './record/recorded-pbx.ts';
import { scenarios as ownScenarios } from './record/scenarios.ts';
import type { Scenario } from './record/stage.ts';
import { transferScenarios } from './record/transfer-scenarios.ts';
import { ensureSecrets } from './secrets.ts';

const FIXTURES = path.join(repositoryRoot, 'test/fixtures/ami');
const scenarios: Record<string, Scenario> = { ...ownScenarios, ...transferScenarios, ...freepbxScenarios };

async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => scenarios[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`No such scenario: ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}`);
  const wanted = Object.entries(scenarios).filter(([name]) => names.length === 0 || names.includes(name));
  const instance = instanceNamed(process.env.HEADSET_INSTANCE ?? 'record');
  const studio: Studio = { instance, secrets: await ensureSecrets(instance) };
  await mkdir(FIXTURES, { recursive: true });
  for (const pbx of [ownPbx, freepbx]) {
    const played = wanted.filter(([, scenario]) => (scenario.pbx === 'freepbx' ? freepbx : ownPbx) === pbx);
    if (played.length > 0) await recordAll(studio, pbx, played);
  }
}

async function recordAll(studio: Studio, pbx: RecordedPbx, played: readonly [string, Scenario][]): Promise<void> {
  await bringUpTelephony(studio.instance, (step) => console.log(step), pbx.roles);
  await pbx.prepare(studio);
  const hash = await pbx.configurationHash();
  for (const [name, scenario] of played) {
    const { frames, version } = await record(studio, pbx, scenario);
    const head = [
      `scenario: ${scenario.title}`,
      `asterisk: ${version}`,
      `configuration: sha256 ${hash}`,
      `command: npm run record -- ${name}`,
    ];
    await writeFile(
      path.join(FIXTURES, `${name}.ami`),
      `${head.map((line) => `# ${line}\n`).join('')}\n${frames.join('\n')}`,
    );
    console.log(`${name}: ${frames.length} frames`);
  }
}

async function record(studio: Studio, pbx: RecordedPbx, scenario: Scenario) {
  const tap = await pbx.listen(studio);
  const { olga, pavel } = await pbx.cast(studio, scenario, tap);
  try {
    tap.frames.splice(1);
    await tap.snapshot();
    await scenario.play({ carrier: new Carrier(studio.instance, studio.secrets), tap, olga, pavel });
    await untilSilent(tap);
    await tap.snapshot();
    const version = /AsteriskVersion: (.*)/.exec(tap.frames.join('\n'))?.[1] ?? 'unknown';
    return { frames: [...tap.frames], version };
  } finally {
    tap.close();
    await Promise.all([olga.unregister(), pavel.unregister()]);
  }
}

/** Waits until no channel is left. */
async function untilSilent(tap: AmiTap): Promise<void> {
  for (;;) {
    const before = tap.frames.length;
    const status = await tap.action({ Action: 'CoreStatus' });
    if (status.includes('CoreCurrentCalls: 0') && tap.frames.length === before && noneAlive(tap.frames)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function noneAlive(frames: readonly string[]): boolean {
  const count = (event: string): number => frames.filter((frame) => frame.startsWith(`Event: ${event}\n`)).length;
  return count('Newchannel') === count('Hangup');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
