/** Whether a page can be used by everybody, as far as axe can tell. */
import { source as axe } from 'axe-core';
import type axeCore from 'axe-core';
import type { Page } from 'playwright-core';

/** Breaches of WCAG 2.2 AA on the page, each with the places where. */
export async function breaches(page: Page): Promise<string[]> {
  // The policy of our pages keeps foreign scripts out; the debugger may still evaluate one.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axeCore }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' · ')}`);
}
