/**
 * The PBX and the carrier by hand: `node --import tsx scripts/pbx.ts up|down|status|logs [instance]`; `up-freepbx` starts the FreePBX-like
 * PBX and the carrier.
 * `npm start` and the tests use the same functions.
 */
import { pathToFileURL } from 'node:url';
import { containerLogs, probe, startContainer, stopContainer, waitUntilReady, type Role } from '../pbx/containers.ts';
import { ensureImage } from '../pbx/image.ts';
import { ensureDockerEngine, type Report } from './docker-engine.ts';
import { instance as instanceNamed, type Instance } from './instance.ts';
import { ensureSecrets } from './secrets.ts';
import { messageOf } from './trouble.ts';

const own: readonly Role[] = ['pbx', 'carrier'];
const all: readonly Role[] = [...own, 'freepbx'];

/** Brings up the engine, the image and the containers. Whatever is there already is used. */
export async function bringUpTelephony(
  instance: Instance,
  report: Report,
  roles: readonly Role[] = own,
): Promise<void> {
  const secrets = await ensureSecrets(instance);
  await ensureDockerEngine(report);
  const image = await ensureImage(report);
  await Promise.all(
    roles.map(async (role) => {
      const how = await startContainer(instance, role, secrets, image);
      await waitUntilReady(instance, role, secrets);
      report(`${role}: ${how}`);
    }),
  );
}

/** Stops the containers. The engine goes on: other instances may be using it. */
export async function takeDownTelephony(instance: Instance): Promise<void> {
  await Promise.all(all.map((role) => stopContainer(instance, role)));
}

async function main(action: string | undefined, name: string | undefined): Promise<void> {
  const instance = instanceNamed(name);
  const startedAt = performance.now();
  const report: Report = (step) => console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${step}`);
  switch (action) {
    case 'up':
      return bringUpTelephony(instance, report);
    case 'up-freepbx':
      return bringUpTelephony(instance, report, ['freepbx', 'carrier']);
    case 'down':
      return takeDownTelephony(instance);
    case 'status': {
      const secrets = await ensureSecrets(instance);
      for (const role of all) console.log(`${role}: ${await probe(instance, role, secrets)}`);
      return;
    }
    case 'logs':
      for (const role of all) console.log(`--- ${role}\n${await containerLogs(instance, role, 50)}`);
      return;
    default:
      throw new Error('Usage: node --import tsx scripts/pbx.ts up|up-freepbx|down|status|logs [instance]');
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv[2], process.argv[3]).catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
}
