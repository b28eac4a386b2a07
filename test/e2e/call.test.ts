/** Calls from and to the public network, through the dockerised Asterisk, to an operator's screen, ear and log. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { demoCallers } from '../../db/src/seed.ts';
import { command } from '../../scripts/command.ts';
import { instance } from '../../scripts/instance.ts';
import { liveProcesses } from '../../scripts/product/run-record.ts';
import { until } from '../until.ts';
import { CALLER_TONE_HZ, openBrowser, OPERATOR_TONE_HZ, type OperatorBrowser } from './browser.ts';
import { heardBy, isTone } from './heard-tone.ts';
import { Operator } from './operator.ts';
import { PublicNetwork } from './public-network.ts';

const callers = demoCallers();
/** The first client of the demo base. */
const known = { e164: callers.clients[0] ?? '', dialled: callers.clients[0]?.slice(1) ?? '', debt: /1\s842,50/ };

let chromium: OperatorBrowser;
let network: PublicNetwork;
let olga: Operator;
let pavel: Operator;

beforeAll(async () => {
  network = await PublicNetwork.ofTestInstance();
  chromium = await openBrowser();
  [olga, pavel] = await Promise.all([
    Operator.arrive(chromium.browser, inject('address')),
    Operator.arrive(chromium.browser, inject('address')),
  ]);
  await Promise.all([olga.logIn('olga'), pavel.logIn('pavel')]);
  // Both sockets are open, but only one of them is offered calls.
  await pavel.pause('Обед');
});

afterEach(async () => {
  await network.hangUpAll();
  await until('olga to be ready again', async () => (await olga.state()) === 'Готов');
});

afterAll(() => chromium.close());

const operatorHearsCaller = () =>
  until('the caller’s tone in the operator’s ear', async () => isTone(await heardBy(olga.page), CALLER_TONE_HZ));
const callerHearsOperator = (id: string) =>
  until(
    'the operator’s tone in the caller’s ear',
    async () => (await network.shareHeard(id, OPERATOR_TONE_HZ)) > 0.5,
    20_000,
  );
const lastCall = async (number: string) => (await olga.log({ number }))[0];

describe('a client who calls', () => {
  it('is on the called operator’s screen before the answer, is heard and hears, waits with music, and stands in the log', async () => {
    const id = await network.callUs(known.dialled);
    await olga.comesTo('offered');
    await olga.client.getByText(known.debt).first().waitFor();
    const name = await olga.client.getByRole('heading').first().innerText();
    expect(await olga.call.innerText()).toContain(name);
    expect(await olga.call.innerText()).toContain('8 (495) 000-10-00');

    await olga.press('Alt+a');
    await olga.comesTo('talking');
    await operatorHearsCaller();
    await callerHearsOperator(id);

    await olga.press('Alt+h');
    await olga.comesTo('held');
    await until(
      'music instead of the operator',
      async () => (await network.hearsSomething(id)) && (await network.shareHeard(id, OPERATOR_TONE_HZ)) < 0.05,
    );

    await olga.press('Alt+h');
    await olga.comesTo('talking');
    await callerHearsOperator(id);

    await olga.press('Alt+q');
    await olga.comesTo('ended');
    const logged = await until('the call in the log', async () => {
      const call = await lastCall(known.e164);
      return call?.endedAt ? call : null;
    });
    expect(logged).toMatchObject({
      direction: 'inbound',
      numberE164: known.e164,
      result: 'answered',
      endedBy: 'agent',
      client: { name },
      agent: { name: 'Ольга Ветрова' },
    });
    expect(logged.waitMs).toBeGreaterThan(0);
    expect(logged.heldMs).toBeGreaterThan(0);
    expect(logged.talkMs).toBeGreaterThan(logged.heldMs);
    expect(logged.durationMs).toBeGreaterThanOrEqual(logged.waitMs + logged.talkMs);
  });

  it('is never told to another operator’s socket', () => {
    expect(olga.received.join('\n')).toContain(known.dialled);
    expect(pavel.received.join('\n')).not.toContain(known.dialled);
    expect(pavel.received.join('\n')).not.toContain('callOffered');
  });

  it('is found on the page of the log', async () => {
    await olga.page.getByRole('link', { name: 'Журнал звонков' }).click();
    const row = olga.page.getByRole('row').filter({ hasText: '8 (495) 000-10-00' }).first();
    await row.getByText('Отвечен').waitFor();
    await row.click();
    await olga.page.getByRole('link', { name: 'Рабочее место' }).click();
    await olga.call.waitFor();
  });

  it('who gives up in the queue is in the log as abandoned, with the time of waiting', async () => {
    await olga.pause('Перерыв');
    const number = '+74950001234';
    const id = await network.callUs(number.slice(1));
    await olga.page.getByText('в очереди 1').waitFor();
    await network.hangUp(id);
    await olga.page.getByText('Очередь пуста').waitFor();
    await olga.beReady();
    const response = await until('the call in the log', async () =>
      (await supervisorLog(number)).find((call) => call.endedAt),
    );
    expect(response).toMatchObject({ result: 'abandoned', endedBy: 'external', numberE164: number });
    expect(response.waitMs).toBeGreaterThan(0);
  });
});

describe('a caller whom the base', () => {
  it('does not know becomes a new client with the number filled in', async () => {
    await network.callUs(callers.unknown.slice(1));
    await olga.comesTo('offered');
    expect(await olga.client.getByLabel('Телефон').inputValue()).toBe('8 (495) 009-99-99');
    await olga.press('Alt+a');
    await olga.comesTo('talking');
    await olga.client.getByLabel('Фамилия, имя, отчество').fill('Незнакомцева Анна Ильинична');
    await olga.client.getByRole('button', { name: 'Завести карточку' }).click();
    await olga.client.getByRole('heading', { name: 'Незнакомцева Анна Ильинична' }).waitFor();
    await olga.press('Alt+q');
    await olga.comesTo('ended');
    await until(
      'the client in the log',
      async () => (await lastCall(callers.unknown))?.client?.name === 'Незнакомцева Анна Ильинична',
    );
  });

  it('has twice is chosen by the operator', async () => {
    await network.callUs(callers.shared.slice(1));
    await olga.comesTo('offered');
    await olga.client.getByText('Номер у нескольких клиентов').waitFor();
    const choices = olga.client.getByRole('listitem').getByRole('button');
    expect(await choices.count()).toBe(2);
    const name = await choices.first().locator('strong').innerText();
    await olga.press('Alt+a');
    await olga.comesTo('talking');
    await choices.first().click();
    await olga.client.getByRole('heading', { name }).waitFor();
    await olga.press('Alt+q');
    await olga.comesTo('ended');
  });

  it('cannot know, because the number is hidden, is said to be hidden', async () => {
    await network.callUs(null);
    await olga.comesTo('offered');
    await olga.client.getByText('Номер скрыт').waitFor();
    expect(await olga.client.getByLabel('Телефон').inputValue()).toBe('');
    await olga.press('Alt+r');
  });
});

describe('an operator who calls', () => {
  it('is heard and hears, and the call is in the log', async () => {
    await olga.dial('8 495 000-02-11');
    await olga.comesTo('talking');
    const id = await network.answeredCall();
    await operatorHearsCaller();
    await callerHearsOperator(id);
    await olga.press('Alt+q');
    await olga.comesTo('ended');
    const logged = await until('the call in the log', async () => {
      const call = await lastCall('+74950000211');
      return call?.endedAt ? call : null;
    });
    expect(logged).toMatchObject({ direction: 'outbound', result: 'answered', numberE164: '+74950000211' });
    expect(logged.talkMs).toBeGreaterThan(0);
  });

  it('reads that the other side is busy', async () => {
    await olga.dial('8 495 000-02-13');
    await olga.call.getByText('Занято').waitFor();
    await until('the call in the log', async () => (await lastCall('+74950000213'))?.result === 'busy');
  });
});

describe('while our server is dead', () => {
  it('a ringing call can be answered, both hear each other, and it is in the log afterwards', async () => {
    const number = callers.clients[1] ?? '';
    const id = await network.callUs(number.slice(1));
    await olga.comesTo('offered');
    const before = liveProcesses(instance('test')).find(({ part }) => part === 'server');
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await olga.press('Alt+a');
    await operatorHearsCaller();
    await callerHearsOperator(id);
    await olga.page.getByText('Сервер: на связи').waitFor();
    await olga.press('Alt+q');
    const logged = await until('the call in the log', async () => {
      const call = await lastCall(number);
      return call?.endedAt ? call : null;
    });
    expect(logged).toMatchObject({ direction: 'inbound', result: 'answered', numberE164: number });
    expect(await olga.log({ number })).toHaveLength(1);
  });
});

describe('when our bridge is killed in mid-call', () => {
  it('the talk goes on, and the call is in the log once, answered and ended', async () => {
    const number = callers.clients[2] ?? '';
    const id = await network.callUs(number.slice(1));
    await olga.comesTo('offered');
    await olga.press('Alt+a');
    await olga.comesTo('talking');
    const before = liveProcesses(instance('test')).find(({ part }) => part === 'bridge');
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await callerHearsOperator(id);
    await olga.press('Alt+q');
    const logged = await until(
      'the call in the log',
      async () => {
        const call = await lastCall(number);
        return call?.endedAt ? call : null;
      },
      20_000,
    );
    expect(logged).toMatchObject({ direction: 'inbound', result: 'answered', numberE164: number });
    expect(await olga.log({ number })).toHaveLength(1);
  });
});

describe('while the PBX is silent', () => {
  it('the screen says since when telephony is disconnected, and then that it is back', async () => {
    const { pbx } = instance('test').containers;
    await command('docker', ['pause', pbx]);
    try {
      await olga.page.getByText(/Телефония отключена с \d\d:\d\d/).waitFor();
      await olga.page.getByText('АТС: отключена').waitFor();
    } finally {
      await command('docker', ['unpause', pbx]);
    }
    await olga.page.getByText('АТС: на связи').waitFor();
    await olga.page.getByText('Телефон: подключён').waitFor();
  });
});

describe('the screens', () => {
  it('told the browser of no error', () => {
    expect(olga.troubles).toEqual([]);
    expect(pavel.troubles).toEqual([]);
  });
});

/** Calls that no operator of hers took are a supervisor's to see. */
async function supervisorLog(number: string) {
  const svetlana = await Operator.arrive(chromium.browser, inject('address'));
  try {
    await svetlana.page.request.post('/api/session', {
      data: { login: 'svetlana', password: 'headset' },
      headers: { origin: inject('address') },
    });
    return await svetlana.log({ number });
  } finally {
    await svetlana.leave();
  }
}
