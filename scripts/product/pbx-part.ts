/** The PBX and the carrier as parts under the supervisor. */
import {
  containerLogs,
  probe,
  startContainer,
  stopContainer,
  waitUntilReady,
  type Role,
} from '../../pbx/containers.ts';
import { ensureImage } from '../../pbx/image.ts';
import { ensureDockerEngine } from '../docker-engine.ts';
import type { Instance } from '../instance.ts';
import type { Part } from '../supervisor/part.ts';
import { probedPart } from '../supervisor/probed-part.ts';
import type { Secrets } from '../secrets.ts';
import { step } from '../steps.ts';

/** The engine and the image that the containers are made of. Returns the image's tag. */
export async function prepareTelephony(): Promise<string> {
  await step('Docker engine', ({ say }) => ensureDockerEngine(say));
  return step('PBX image', ({ say }) => ensureImage(say));
}

const titles: Record<Role, string> = { pbx: 'PBX', carrier: 'Carrier', freepbx: 'FreePBX-like PBX' };

export function containerPart(instance: Instance, role: Role, secrets: Secrets, image: string): Part {
  let lastWords: string[] = [];
  return probedPart({
    name: role,
    up: async () => {
      await ensureDockerEngine(() => {}); // it may be the engine that died
      await step(titles[role], async ({ detail }) => {
        const how = await startContainer(instance, role, secrets, image);
        await waitUntilReady(instance, role, secrets);
        if (how === 'adopted') detail('ran already, taken over');
      });
    },
    pulse: async () => {
      const health = await probe(instance, role, secrets);
      if (health === 'answering') return 'serving';
      if (health === 'gone') lastWords = (await containerLogs(instance, role, 15)).split('\n');
      return health;
    },
    down: () => stopContainer(instance, role),
    kill: () => void stopContainer(instance, role, 'kill').catch(() => {}),
    tail: () => lastWords,
  });
}
