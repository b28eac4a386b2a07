/**
 * The picture in the README: `node --import tsx scripts/desk-picture.ts`, while `npm start` runs. Logs in as the demo's operator, is
 * called by demo clients, and takes the desk while the phone rings for the last one, who owes something and has called before.
 */
import path from 'node:path';
import { demoCallers } from '@headset/db/seed';
import { chromium } from 'playwright-core';
import { Carrier } from '../pbx/carrier/carrier.ts';
import { ensureChromium, launchOptions } from './chromium.ts';
import { instance, repositoryRoot } from './instance.ts';
import { ensureSecrets } from './secrets.ts';

const running = instance();
const carrier = new Carrier(running, await ensureSecrets(running));
const file = path.join(repositoryRoot, 'docs/desk.png');

await ensureChromium(console.log);
const browser = await chromium.launch(launchOptions);
const context = await browser.newContext({
  baseURL: `http://127.0.0.1:${running.ports.server}`,
  viewport: { width: 1366, height: 768 },
  permissions: ['microphone'],
});
const preferences = JSON.stringify({ theme: 'light', locale: 'en', ringerVolume: 0, notify: false });
await context.addInitScript({
  content: `localStorage.setItem('headset.preferences', ${JSON.stringify(preferences)})`,
});
const page = await context.newPage();
await page.goto('/');
await page.locator('input[name=login]').fill('olga');
await page.locator('input[name=password]').fill('headset');
await page.keyboard.press('Enter');
await page.getByRole('button', { name: 'My state: Ready' }).waitFor();
const [debtor = '', ...others] = demoCallers().clients;
for (const client of [...others.slice(0, 3), debtor]) {
  await beCalledBy(client);
  await page.keyboard.press('Alt+a');
  await phase('talking');
  await page.keyboard.press('Alt+q');
  await phase('ended');
}
const last = await beCalledBy(debtor);
await page.locator('[data-phase=offered]').getByText('0:03').first().waitFor();
await page.screenshot({ path: file });
await carrier.hangUp(last);
await phase('ended');
await browser.close();
console.log(`Taken: ${file}`);

async function beCalledBy(e164: string): Promise<string> {
  const { id } = await carrier.placeCall({ from: e164.slice(1), to: '74950000100', scenario: 'talk', keys: '0' });
  await phase('offered');
  return id;
}

async function phase(name: string): Promise<void> {
  await page.locator(`[data-phase=${name}]`).waitFor({ timeout: 40_000 });
}
