/** The life of a start at a terminal: what it prints, and what signals do. */
import { loginHintsSchema, type LoginHints } from '@headset/server/contract/session';
import { startReloading, type Reloading } from './reload.ts';
import type { Instance } from '../instance.ts';
import { Product } from './product.ts';
import { readSettings } from './settings.ts';
import { seconds } from '../steps.ts';
import { explain } from '../trouble.ts';

/** `npm` hands a signal on that the terminal has already sent: two within this time are one wish. */
const SAME_WISH_MS = 1_000;

/** Runs the instance until it is told to stop. Ends the process: 0 after a wished stop, 1 after a failure. */
export async function runInTerminal(instance: Instance, { reload }: { reload: boolean }): Promise<void> {
  const startedAt = performance.now();
  const settings = readSettings(instance, process.env);
  let reloading: Reloading | null = null;
  const product = new Product({
    instance,
    settings,
    buildScreen: !reload,
    onIncident: (message) => console.log(`${timeOfDay()} ${message}`),
    onGivingUp: (message, lastWords) => {
      console.error(`\n${timeOfDay()} ${message}. Its last words (more in ${instance.stateDir}/logs):`);
      console.error(lastWords.map((line) => `    ${line}`).join('\n'));
      void leave(1);
    },
  });

  let leavingSince: number | null = null;
  const leave = async (code: number): Promise<void> => {
    leavingSince ??= performance.now();
    await reloading?.stop();
    await product.stop();
    console.log(`Stopped in ${seconds(leavingSince)}.`);
    process.exit(code);
  };
  const onSignal = () => {
    if (leavingSince === null) {
      console.log('\nStopping … (Ctrl-C once more: at once)');
      void leave(0);
    } else if (performance.now() - leavingSince > SAME_WISH_MS) {
      product.kill();
      process.exit(130);
    }
  };
  // A terminal that was closed takes no words any more; the parts are to be stopped all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('uncaughtException', (error) => {
    console.error(error);
    void leave(1);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  try {
    console.log(`Starting Headset${instance.name === 'main' ? '' : ` (${instance.name})`} …`);
    await product.start();
    if (reload) reloading = await startReloading(instance, product);
    await announce(product.address, reloading?.address ?? product.address, startedAt);
  } catch (error) {
    if (leavingSince !== null) return; // stopped in the middle of the start
    console.error(`\n${explain(error)}`);
    await leave(1);
  }
}

async function announce(server: string, screen: string, startedAt: number): Promise<void> {
  console.log(`\nHeadset is ready after ${seconds(startedAt)}:  ${screen}`);
  const demoLogins = await askDemoLogins(server);
  if (demoLogins.length > 0) console.log('\nDemo logins:');
  for (const { login, password, role } of demoLogins)
    console.log(`  ${login.padEnd(10)} ${password.padEnd(10)} ${role}`);
  console.log('\nCtrl-C stops it.');
}

/** The server knows whether this is a demo that may be shown. */
async function askDemoLogins(server: string): Promise<LoginHints['demoLogins']> {
  const response = await fetch(`${server}/api/session/hints`);
  return loginHintsSchema.parse(await response.json()).demoLogins;
}

function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8);
}
