/** The phone in the page, where it is hard: muted, cut off, reloaded, opened twice, its PBX gone. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { until } from '../until.ts';
import { CALLER_TONE_HZ, openBrowser, OPERATOR_TONE_HZ, type OperatorBrowser } from './browser.ts';
import { heardBy, isTone } from './heard-tone.ts';
import { Operator } from './operator.ts';
import { PublicNetwork } from './public-network.ts';

let chromium: OperatorBrowser;
let network: PublicNetwork;
let olga: Operator;

beforeAll(async () => {
  network = await PublicNetwork.ofTestInstance();
  chromium = await openBrowser();
  olga = await Operator.arrive(chromium.browser, inject('address'));
  // Our sockets, so that one can be cut from within: only the phone's goes to another port than the page's.
  await olga.page.addInitScript(() => {
    const sockets: WebSocket[] = [];
    Object.assign(window, {
      cutPhone: () =>
        sockets.filter(({ url }) => new URL(url).port !== location.port).forEach((socket) => socket.close()),
    });
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
  });
  await olga.page.reload();
  await olga.logIn('olga');
  olga.page.on('dialog', (dialog) => void dialog.accept());
});

afterEach(async () => {
  await network.hangUpAll();
  await until('olga to be ready again', async () => (await olga.state()) === 'Готов');
});

afterAll(() => chromium.close());

/** Olga talks to somebody of this number; both hear each other. Returns the call's name at the carrier. */
async function talkTo(number: string): Promise<string> {
  const id = await network.callUs(number);
  await olga.comesTo('offered', 30_000);
  await olga.press('Alt+a');
  await olga.comesTo('talking');
  await bothHear(id);
  return id;
}

async function bothHear(id: string): Promise<void> {
  await until('the caller in the operator’s ear', async () => isTone(await heardBy(olga.page), CALLER_TONE_HZ), 30_000);
  await until(
    'the operator in the caller’s ear',
    async () => (await network.shareHeard(id, OPERATOR_TONE_HZ)) > 0.5,
    30_000,
  );
}

describe('an operator', () => {
  it('who is muted is not heard, and hears', async () => {
    const id = await talkTo('74950002001');
    await olga.press('Alt+m');
    await olga.call.getByText('Микрофон выключен').waitFor();
    await until('silence at the caller', async () => (await network.shareHeard(id, OPERATOR_TONE_HZ)) < 0.05, 20_000);
    expect(isTone(await heardBy(olga.page), CALLER_TONE_HZ)).toBe(true);
    await olga.press('Alt+m');
    await bothHear(id);
  });

  it('whose WebSocket breaks in the middle of a call talks on, and can still hold', async () => {
    const id = await talkTo('74950002002');
    await olga.page.evaluate('cutPhone()');
    await olga.page.getByText('Телефон отключён с').waitFor();
    await olga.page.getByText('Телефон: подключён').waitFor();
    await bothHear(id);
    await olga.press('Alt+h');
    await olga.comesTo('held');
    await olga.press('Alt+h');
    await olga.comesTo('talking');
    await bothHear(id);
  });

  it('who reloads the page in the middle of a call has it again, with the client’s card', async () => {
    const id = await talkTo('74950002003');
    await olga.page.reload();
    await olga.page.getByText('Телефон: подключён').waitFor();
    await olga.comesTo('talking');
    await bothHear(id);
    expect(await olga.client.getByLabel('Телефон').inputValue()).toBe('8 (495) 000-20-03');
    await olga.press('Alt+q');
    await until('the call to end there', async () => (await olga.phase()) !== 'talking');
    const logged = await until('the call in the log', async () => {
      const calls = await olga.log({ number: '+74950002003' });
      return calls[0]?.endedAt ? calls : null;
    });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ result: 'answered', endedBy: 'agent' });
  });

  it('with two tabs has the phone in one, and takes it over to the other', async () => {
    const second = await olga.page.context().newPage();
    await second.goto('/');
    await second.getByText('Телефон: в другой вкладке').waitFor();
    await second.getByRole('button', { name: 'Забрать сюда' }).click();
    await second.getByText('Телефон: подключён').waitFor();
    await olga.page.getByText('Телефон: в другой вкладке').waitFor();
    await second.close();
    await olga.page.getByText('Телефон: подключён').waitFor();
    await talkTo('74950002004');
  });
});
