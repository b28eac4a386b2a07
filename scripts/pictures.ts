/**
 * Pictures of the screens: `node --import tsx scripts/pictures.ts <folder> [address] [screen…]`. Without an address the screen is built and
 * served here; without names every screen of the gallery is taken. At both sizes, in both languages and both themes.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { ensureChromium, launchOptions } from './chromium.ts';
import { serveGallery } from './gallery-server.ts';
import { ensureScreenBuilt } from './product/screen-build.ts';

const sizes = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
] as const;
const locales = ['ru', 'en'] as const;
const themes = ['light', 'dark'] as const;
/** Names of the gallery's screens, as its first page lists them. */
async function screenNames(browser: Browser, address: string): Promise<string[]> {
  const page = await browser.newPage();
  await page.goto(`${address}/gallery`);
  const links = page.locator('main a[href^="/gallery/"]');
  await links.first().waitFor();
  const names = await links.allTextContents();
  await page.close();
  return names;
}

async function takePictures(folder: string, address: string, wanted: string[]): Promise<void> {
  const browser = await chromium.launch(launchOptions);
  const names = wanted.length > 0 ? wanted : ['', ...(await screenNames(browser, address))];
  for (const size of sizes) {
    for (const locale of locales) {
      for (const theme of themes) {
        const context = await browser.newContext({ viewport: size });
        const preferences = JSON.stringify({ theme, locale, ringerVolume: 0, notify: false });
        await context.addInitScript({
          content: `localStorage.setItem('headset.preferences', ${JSON.stringify(preferences)})`,
        });
        const page = await context.newPage();
        for (const name of names) {
          await page.goto(`${address}/gallery/${name}`, { waitUntil: 'networkidle' });
          const file = `${name || 'gallery'}-${size.width}-${locale}-${theme}.png`;
          await page.screenshot({ path: path.join(folder, file) });
        }
        await context.close();
      }
    }
  }
  await browser.close();
}

const [folder, address, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('say into which folder the pictures go');
mkdirSync(folder, { recursive: true });
await ensureChromium((line) => process.stdout.write(`${line}\n`));
if (address) await takePictures(folder, address, wanted);
else {
  await ensureScreenBuilt();
  const gallery = await serveGallery();
  await takePictures(folder, gallery.address, wanted);
  await gallery.close();
}
