/** An operator at the screen: what one can see there and do, in the words that stand there. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { callPageSchema, type Call, type CallFilter } from '../../server/src/contract/calls.ts';
import { until } from '../until.ts';
import { listenIn } from './heard-tone.ts';

export type Phase = 'offered' | 'answering' | 'dialling' | 'talking' | 'held' | 'ended';

export class Operator {
  readonly page: Page;
  /** All that came over the page's sockets. */
  readonly received: string[] = [];
  /** Errors that the browser told: of scripts, of the content policy. */
  readonly troubles: string[] = [];
  /** The call in the centre, and the client beside it. */
  readonly call: Locator;
  readonly client: Locator;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    this.call = page.getByRole('region', { name: 'Звонок', exact: true });
    this.client = page.getByRole('region', { name: 'Клиент', exact: true });
    page.on('pageerror', (error) => this.troubles.push(error.message));
    page.on('console', (message) => {
      // A request that is refused, or made while the server is down, is the browser's own line: the screen tells it its own way.
      if (message.type() === 'error' && !/Failed to load resource|ERR_|WebSocket/.test(message.text()))
        this.troubles.push(message.text());
    });
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => this.received.push(payload.toString())),
    );
  }

  /** Opens the screen, with the microphone allowed, at the login page. */
  static async arrive(browser: Browser, address: string): Promise<Operator> {
    const context = await browser.newContext({
      baseURL: address,
      permissions: ['microphone'],
      locale: 'ru-RU',
      viewport: { width: 1440, height: 900 },
    });
    context.setDefaultTimeout(15_000);
    await listenIn(context);
    const page = await context.newPage();
    const operator = new Operator(context, page);
    await page.goto('/');
    await page.getByLabel('Логин').waitFor();
    return operator;
  }

  /** Types login and password; done when calls can come. */
  async logIn(login: string): Promise<void> {
    await this.page.getByLabel('Логин').fill(login);
    await this.page.getByLabel('Пароль').fill('headset');
    await this.page.getByLabel('Пароль').press('Enter');
    await this.page.getByText('Телефон: подключён').waitFor();
    await this.#choose('Готов');
  }

  async pause(reason: string): Promise<void> {
    await this.#choose(reason);
  }

  async beReady(): Promise<void> {
    await this.#choose('Готов');
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  async dial(number: string): Promise<void> {
    await this.page.getByLabel('Номер в любой записи').fill(number);
    await this.page.getByLabel('Номер в любой записи').press('Enter');
  }

  /** The phase of the call on the screen; null without one. */
  async phase(): Promise<string | null> {
    return this.call.getAttribute('data-phase');
  }

  async comesTo(phase: Phase, withinMs = 15_000): Promise<void> {
    await until(`${phase} on the screen`, async () => (await this.phase()) === phase, withinMs);
  }

  /** The state in the status bar: "Готов", "Обед", "Разговор", … */
  async state(): Promise<string> {
    const label = await this.page.getByRole('button', { name: /^Моё состояние/ }).getAttribute('aria-label');
    return label?.replace(/^Моё состояние: /, '') ?? '';
  }

  /** The log as this operator may read it, newest first. */
  async log(filter: CallFilter = {}): Promise<Call[]> {
    const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]));
    const response = await this.page.request.get(`/api/calls?${query.toString()}`);
    return callPageSchema.parse(await response.json()).items;
  }

  leave(): Promise<void> {
    return this.#context.close();
  }

  async #choose(state: string): Promise<void> {
    if ((await this.state()) === state) return;
    await this.page.getByRole('button', { name: /^Моё состояние/ }).click();
    await this.page.getByRole('button', { name: state, exact: true }).and(this.page.locator('.choices button')).click();
    await until(`the state ${state}`, async () => (await this.state()) === state);
  }
}
