/** What the PBX and the carrier do by themselves, without the bridge: an instance of its own, so that its PBX can be killed. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Carrier } from '../../pbx/carrier/carrier.ts';
import { lastOf, readWav, toneShare } from '../../pbx/carrier/tone.ts';
import { probe, startContainer, waitUntilReady } from '../../pbx/containers.ts';
import { asteriskVersion, ensureImage } from '../../pbx/image.ts';
import { mustRun } from '../../scripts/command.ts';
import { instance as instanceNamed } from '../../scripts/instance.ts';
import { bringUpTelephony, takeDownTelephony } from '../../scripts/pbx.ts';
import { ensureSecrets } from '../../scripts/secrets.ts';
import { until } from '../until.ts';
import { RawAmi, type Message } from './raw-ami.ts';

const instance = instanceNamed('pbx');
const secrets = await ensureSecrets(instance);
const carrier = new Carrier(instance, secrets);
const MAIN_NUMBER = '74950000100';

beforeAll(async () => {
  await takeDownTelephony(instance).catch(() => undefined); // there may be no engine yet
  for (const folder of ['pbx', 'carrier'])
    await rm(path.join(instance.stateDir, folder), { recursive: true, force: true });
  await bringUpTelephony(instance, () => undefined);
  await generate('pjsip.d/phones.conf', phone('1001'));
  await generate('queues.d/queues.conf', '[support](queue-defaults)\nstrategy=leastrecent\ntimeout=20\n');
});
afterEach(async () => {
  for (const { id } of await carrier.liveCalls()) await carrier.hangUp(id);
});
afterAll(() => takeDownTelephony(instance));

describe('a caller', () => {
  it('who presses a key waits in the queue and hears music', async () => {
    const { id } = await carrier.placeCall({ from: '74950110011', to: MAIN_NUMBER, scenario: 'silent', keys: '0' });
    await queued('74950110011');
    // The chord of the music on hold: 262, 330 and 392 Hz.
    await until('music', async () => (await shareHeard(id, 262)) > 0.05 && (await shareHeard(id, 392)) > 0.3, 20_000);
    await carrier.hangUp(id);
  });

  it('who does nothing hears the menu and reaches the queue too', async () => {
    const { id } = await carrier.placeCall({ from: '74950110012', to: MAIN_NUMBER, scenario: 'silent' });
    await queued('74950110012', 30_000);
    await carrier.hangUp(id);
  });

  it('with the number of an agent is still a caller from outside', async () => {
    const { id } = await carrier.placeCall({ from: '1001', to: MAIN_NUMBER, scenario: 'silent', keys: '0' });
    await queued('1001');
    await carrier.hangUp(id);
  });

  it('can hide the number', async () => {
    const { id } = await carrier.placeCall({ from: null, to: MAIN_NUMBER, scenario: 'silent', keys: '0' });
    await queued('anonymous');
    await carrier.hangUp(id);
  });
});

describe('a caller whose agent’s phone falls silent', () => {
  it('goes back to the front of the queue and is offered again', async () => {
    // The agent's phone is one of the carrier's, which answers and sends nothing.
    await generate('pjsip.d/phones.conf', phone('1001') + silentPhone('1009'));
    const ami = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
    await until('phone 1009', async () => (await phoneContext(ami, '1009')) === 'agents');
    const member = { Queue: 'support', Interface: 'PJSIP/1009', MemberName: '1009' };
    await ami.ask({ Action: 'QueueAdd', ...member });
    const { id } = await carrier.placeCall({ from: '74950110014', to: MAIN_NUMBER, scenario: 'silent', keys: '0' });

    const first = await ami.until(({ Event }) => Event === 'AgentConnect');
    const lost = await ami.until(({ Event, Channel = '' }) => Event === 'Hangup' && Channel.startsWith('PJSIP/1009'));
    expect(lost.Cause).toBe('44');
    const second = await ami.until(
      ({ Event, DestUniqueid }) => Event === 'AgentConnect' && DestUniqueid !== first.DestUniqueid,
    );
    expect(second.Uniqueid).toBe(first.Uniqueid);
    expect(second.ChanVariable).toContain(`HEADSET_CALL=${first.Uniqueid}`);
    expect(second.DestChanVariable).toContain(`HEADSET_CALL=${first.Uniqueid}`);

    await ami.ask({ Action: 'QueueRemove', ...member });
    await carrier.hangUp(id);
    ami.close();
  });
});

describe('an outgoing call', () => {
  it.each([
    ['a busy line', '74950110013', '17'],
    ['a number that does not exist', '74950110015', '1'],
    ['text that only looks like a number', '7495011001&x', '28'],
  ])('to %s ends with the cause of the network', async (_, to, cause) => {
    const ami = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
    const id = await originate(ami, to);
    const hangup = await ami.until(({ Event, Uniqueid }) => Event === 'Hangup' && Uniqueid === id);
    expect(hangup.Cause).toBe(cause);
    ami.close();
  });

  it('presents the main number, and both sides hear each other', async () => {
    const ami = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
    const id = await originate(ami, '74950110011');
    const answered = await until('the answer', async () =>
      (await carrier.liveCalls()).find((call) => call.number === MAIN_NUMBER && call.answered),
    );
    // Our side is an echo: the person hears the tone that came from there.
    await until('the tone, sent back', async () => (await shareHeard(answered.id, 440)) > 0.9, 20_000);
    await ami.ask({ Action: 'Hangup', Channel: await channelOf(ami, id) });
    await until('the end', async () => (await carrier.liveCalls()).length === 0);
    ami.close();
  });
});

describe('the PBX', () => {
  it('is new enough', async () => {
    expect(await asteriskVersion(await ensureImage(() => undefined))).toMatch(/^(22\.(1[1-9]|10\.[1-9])|2[3-9])/);
  });

  it('takes new phones and queues over within a second', async () => {
    const ami = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
    await generate('pjsip.d/phones.conf', phone('1001') + phone('1002'));
    await until('phone 1002', async () => (await phoneContext(ami, '1002')) === 'agents', 1_000);
    await generate('pjsip.d/phones.conf', phone('1001'));
    await until('phone 1002 gone', async () => (await phoneContext(ami, '1002')) !== 'agents', 1_000);
    ami.close();
  });

  it.each(['Command', 'GetConfig', 'UpdateConfig', 'ModuleLoad', 'MixMonitor'])(
    'refuses the bridge the action %s',
    async (Action) => {
      const ami = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
      expect(await ami.ask({ Action, Command: 'core show version', Filename: 'manager.conf' })).toMatchObject({
        Response: 'Error',
        Message: 'Permission denied',
      });
      ami.close();
    },
  );

  it('keeps queue members and pauses when it is killed', async () => {
    const before = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
    await before.ask({ Action: 'QueueAdd', Queue: 'support', Interface: 'PJSIP/1001', MemberName: '1001' });
    await before.ask({
      Action: 'QueuePause',
      Queue: 'support',
      Interface: 'PJSIP/1001',
      Paused: 'true',
      Reason: 'lunch',
    });
    // Asterisk writes its database once a second.
    const database = path.join(instance.stateDir, 'pbx', 'volume', 'astdb.sqlite3');
    await until('the pause on disk', async () => (await readFile(database, 'latin1')).includes('lunch'));
    await mustRun('docker', ['kill', instance.containers.pbx]);
    before.close();
    expect(await probe(instance, 'pbx', secrets)).toBe('gone');

    expect(await startPbx()).toBe('started');
    const after = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
    await after.ask({ Action: 'QueueStatus' });
    const member = await after.until(({ Event }) => Event === 'QueueMember');
    expect(member).toMatchObject({ Name: '1001', Location: 'PJSIP/1001', Paused: '1', PausedReason: 'lunch' });
    after.close();
  });

  it('is told apart when it hangs, and adopted when it does not', async () => {
    await mustRun('docker', ['pause', instance.containers.pbx]);
    expect(await probe(instance, 'pbx', secrets)).toBe('silent');
    await mustRun('docker', ['unpause', instance.containers.pbx]);
    expect(await startPbx()).toBe('adopted');
  });

  it('writes a line for each event of a call, and nothing of what the caller keyed in', async () => {
    const { id } = await carrier.placeCall({ from: '74950110019', to: MAIN_NUMBER, scenario: 'silent', keys: '0' });
    await queued('74950110019');
    await carrier.press(id, '4276');
    await carrier.hangUp(id);
    const mine = await until('the end of the call', async () => {
      const lines = (await readFile(path.join(instance.stateDir, 'pbx', 'volume', 'cel.csv'), 'utf8')).split('\n');
      const ours = lines.filter((line) => line.includes('74950110019'));
      return ours.some((line) => line.startsWith('"LINKEDID_END"')) && ours;
    });
    expect(mine.map((line) => line.split(',')[0])).toEqual(
      ['CHAN_START', 'ANSWER', 'APP_START', 'APP_END', 'HANGUP', 'CHAN_END', 'LINKEDID_END'].map((name) => `"${name}"`),
    );
  });
});

async function startPbx(): Promise<string> {
  const how = await startContainer(instance, 'pbx', secrets, await ensureImage(() => undefined));
  await waitUntilReady(instance, 'pbx', secrets);
  return how;
}

function phone(extension: string): string {
  return [
    `[${extension}](agent-endpoint)\nauth=${extension}\naors=${extension}\ncallerid="Ольга" <${extension}>`,
    `[${extension}](agent-auth)\nusername=${extension}\npassword=only-for-this-test`,
    `[${extension}](agent-aor)\n`,
  ].join('\n');
}

function silentPhone(extension: string): string {
  return [
    `[${extension}]\ntype=endpoint\ntransport=transport-udp\ncontext=agents\nallow=ulaw\nrtp_timeout=1\naors=${extension}`,
    `[${extension}]\ntype=aor\ncontact=sip:74950110018@127.0.0.1:${instance.ports.carrierSip}\n`,
  ].join('\n');
}

/** As the bridge writes: another name first, then renamed. */
async function generate(file: string, text: string): Promise<void> {
  const target = path.join(instance.stateDir, 'pbx', 'generated', file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

async function phoneContext(ami: RawAmi, extension: string): Promise<string | undefined> {
  return (await ami.ask({ Action: 'Getvar', Variable: `PJSIP_ENDPOINT(${extension},context)` })).Value;
}

/** Calls out as an agent would; our side is an echo. Returns the id of the channel whose end tells the cause. */
async function originate(ami: RawAmi, to: string): Promise<string> {
  const ChannelId = `test-${Math.random().toString(36).slice(2)}`;
  const call = {
    Channel: `Local/${to}@agents/n`,
    Context: 'agents',
    Exten: '*43',
    Priority: '1',
    Async: 'true',
    ChannelId,
  };
  expect(await ami.ask({ Action: 'Originate', ...call })).toMatchObject({ Response: 'Success' });
  return ChannelId;
}

async function channelOf(ami: RawAmi, id: string): Promise<string> {
  const { Channel = '' } = await ami.until(({ Event, Uniqueid }) => Event === 'Newchannel' && Uniqueid === id);
  return Channel;
}

/** Resolves when a caller with that number waits in the queue. */
async function queued(number: string, withinMs = 10_000): Promise<Message> {
  return until(
    `${number} in the queue`,
    async () => {
      const ami = await RawAmi.login(instance.ports.ami, secrets.amiSecret);
      await ami.ask({ Action: 'QueueStatus' });
      await ami.until(({ Event }) => Event === 'QueueStatusComplete');
      ami.close();
      return ami.messages.find(({ Event, CallerIDNum }) => Event === 'QueueEntry' && CallerIDNum === number);
    },
    withinMs,
  );
}

/** The share of a tone in the last second that the carrier's party has heard. */
async function shareHeard(id: string, frequency: number): Promise<number> {
  try {
    return toneShare(lastOf(readWav(await readFile(carrier.heard(id))), 1_000), frequency);
  } catch {
    return 0; // not recorded yet
  }
}
