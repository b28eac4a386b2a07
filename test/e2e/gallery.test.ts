/** Every screen in every state, on invented data: usable by everybody, fitting the smallest screen, within the content policy. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { breaches } from './breaches.ts';
import { openBrowser, type OperatorBrowser } from './browser.ts';

let chromium: OperatorBrowser;
beforeAll(async () => {
  chromium = await openBrowser();
});
afterAll(() => chromium.close());

type Look = { locale: 'ru' | 'en'; theme: 'light' | 'dark' };
/** Each language and each theme once: words and colours do not depend on each other. */
const looks: Look[] = [
  { locale: 'ru', theme: 'light' },
  { locale: 'en', theme: 'dark' },
];

/** The smallest screen that operators have. */
async function open({ locale, theme }: Look): Promise<{ page: Page; troubles: string[] }> {
  const context = await chromium.browser.newContext({ viewport: { width: 1366, height: 768 } });
  const preferences = JSON.stringify({ theme, locale, ringerVolume: 0, notify: false });
  await context.addInitScript({
    content: `localStorage.setItem('headset.preferences', ${JSON.stringify(preferences)})`,
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  return { page, troubles };
}

/** Words of ours that are cut off or stick out of their place, and pages that scroll. Names of clients may be shortened. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollHeight > window.innerHeight) found.push('the page scrolls');
    if (root.scrollWidth > window.innerWidth) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll(
      'button, a, h2, h3, dt, label, th, legend, kbd, .pill, .indicator',
    )) {
      const place = element.getBoundingClientRect();
      if (place.width <= 1 || !element.checkVisibility()) continue;
      const around = element.parentElement?.getBoundingClientRect() ?? place;
      const cut = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline';
      if (cut || place.right > around.right + 2) found.push(element.textContent.trim().slice(0, 60));
    }
    return found;
  });
}

describe.each(looks)('the gallery in $locale, $theme', (look) => {
  it('has no breach of WCAG, cuts no word, needs no scrolling, and breaks no policy', async () => {
    const { page, troubles } = await open(look);
    await page.goto(`${inject('address')}/gallery`);
    const links = page.locator('main a[href^="/gallery/"]');
    await links.first().waitFor();
    const names = await links.allTextContents();
    const found: string[] = (await breaches(page)).map((breach) => `gallery: ${breach}`);
    for (const name of names) {
      await page.goto(`${inject('address')}/gallery/${name}`);
      await page.locator('main').waitFor();
      for (const what of [...(await breaches(page)), ...(await misfits(page))]) found.push(`${name}: ${what}`);
    }
    expect(names.length).toBeGreaterThan(20);
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
