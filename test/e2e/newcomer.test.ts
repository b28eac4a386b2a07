/** What a newcomer does after `npm start`, click by click, and whether the screens can be used by everybody. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { until } from '../until.ts';
import { breaches } from './breaches.ts';
import { openBrowser, type OperatorBrowser } from './browser.ts';
import { heardBy } from './heard-tone.ts';
import { Operator } from './operator.ts';
import { PublicNetwork } from './public-network.ts';

let chromium: OperatorBrowser;
let newcomer: Operator;

beforeAll(async () => {
  chromium = await openBrowser();
  newcomer = await Operator.arrive(chromium.browser, inject('address'));
});
afterAll(async () => {
  await (await PublicNetwork.ofTestInstance()).hangUpAll();
  await chromium.close();
});

const THEMES = ['light', 'dark'] as const;
/** Looks at the screen as it is, in light and in dark. */
async function breachesInEachTheme(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    for (const breach of await breaches(page)) found.push(`${colorScheme} ${breach}`);
  }
  return found;
}

describe('a newcomer', () => {
  it('sees the demo’s logins and logs in by one of them', async () => {
    expect(await breachesInEachTheme(newcomer.page)).toEqual([]);
    await newcomer.page.getByRole('button', { name: /Ольга Ветрова/ }).click();
    await newcomer.page.getByText('Телефон: подключён').waitFor();
    await until('the state Готов', async () => (await newcomer.state()) === 'Готов');
    expect(await breachesInEachTheme(newcomer.page)).toEqual([]);
  });

  it('presses one button, and is called by a client whose card comes with the ringing', async () => {
    await newcomer.page.getByRole('button', { name: 'клиент из базы' }).click();
    await newcomer.comesTo('offered', 30_000);
    await newcomer.client.getByText('Лицевые счета').or(newcomer.client.getByText('Лицевой счёт')).first().waitFor();
    expect(await breachesInEachTheme(newcomer.page)).toEqual([]);
  });

  it('answers by click, hears somebody, and hangs up', async () => {
    await newcomer.call.getByRole('button', { name: 'Ответить' }).click();
    await newcomer.comesTo('talking');
    await until('a voice', async () => (await heardBy(newcomer.page)) !== null);
    expect(await breachesInEachTheme(newcomer.page)).toEqual([]);
    await newcomer.call.getByRole('button', { name: 'Завершить' }).click();
    await newcomer.comesTo('ended');
  });

  it('finds the call in the log with number, time, wait and duration', async () => {
    const { page } = newcomer;
    const [call] = await until('the end in the log', async () => {
      const calls = await newcomer.log({ limit: 1 });
      return calls[0]?.endedAt ? calls : null;
    });
    expect(call).toMatchObject({ direction: 'inbound', result: 'answered', agent: { name: 'Ольга Ветрова' } });
    await page.getByRole('link', { name: 'Журнал звонков' }).click();
    await page.getByRole('row').nth(1).click();
    await page.getByText('Ход звонка').waitFor();
    expect(await breachesInEachTheme(page)).toEqual([]);
  });

  it('is told of a wrong password, after logging out', async () => {
    const { page } = newcomer;
    await page.getByRole('button', { name: 'Ольга Ветрова' }).click();
    await page.getByRole('button', { name: 'Выйти' }).click();
    await page.getByLabel('Логин').fill('olga');
    await page.getByLabel('Пароль').fill('guessed');
    await page.getByLabel('Пароль').press('Enter');
    await page.getByRole('alert').waitFor();
    expect((await page.request.get('/api/session')).status()).toBe(401);
  });

  it('met no error of the browser', () => expect(newcomer.troubles).toEqual([]));
});
