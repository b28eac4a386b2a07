/** Vitest's global setup for the end-to-end tests: the whole product, from nothing, as `npm start` brings it up, on ports of its own. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { clearLeftover } from '../../db/src/embedded/leftover.ts';
import { ensureChromium } from '../../scripts/chromium.ts';
import { instance } from '../../scripts/instance.ts';
import { Product } from '../../scripts/product/product.ts';
import { readSettings } from '../../scripts/product/settings.ts';
import { step } from '../../scripts/steps.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the screen is. */
    address: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const test = instance('test');
  await step('Chromium', ({ say }) => ensureChromium(say));
  await clearLeftover(test.postgresDir);
  for (const folder of [test.stateDir, test.postgresDir]) rmSync(folder, { recursive: true, force: true });
  const product = new Product({
    instance: test,
    settings: readSettings(test, {}),
    buildScreen: true,
    onIncident: (message) => console.log(`  ! ${message}`),
    onGivingUp: (message, lastWords) => console.error([`  ! ${message}`, ...lastWords].join('\n    ')),
  });
  try {
    await product.start();
  } catch (error) {
    await product.stop();
    throw error;
  }
  project.provide('address', product.address);
  return () => product.stop();
}
