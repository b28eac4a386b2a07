import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { newProbeId } from '../../ami-bridge/src/ami/probe.ts';
import { examine } from '../../ami-bridge/src/doctor/examine.ts';
import { lookAtRecord } from '../../ami-bridge/src/doctor/record-file.ts';
import { tryWebSocket } from '../../ami-bridge/src/doctor/web-socket.ts';
import { readTrace, type Answers } from '../ami-trace.ts';
import { freePort } from '../postgres.ts';
import { RawAmi } from '../raw-ami.ts';

const OPTIONS = { dialContext: 'from-internal', listenMs: 50, probe: true };

/** What a FreePBX-like PBX answered, with the actions that it lists for our user. */
async function answersWith(...actions: string[]): Promise<Answers> {
  const { rounds } = await readTrace('freepbx-queue-answered');
  const listed = ['Response: Success', 'ActionID: x', ...actions.map((action) => `${action}: Does it.  (Priv: all)`)];
  return new Map([...(rounds[0] ?? []), ['ListCommands', [listed.join('\n')]]]);
}

async function listen(answers: Answers): Promise<RawAmi> {
  const pbx = await RawAmi.listen(answers);
  onTestFinished(() => pbx.close());
  return pbx;
}

const at = (port: number) => ({ host: '127.0.0.1', port, user: 'headset', secret: 'secret' });

describe('the examination', () => {
  it('reads version, members and extensions, and orders a call to nowhere', async () => {
    const pbx = await listen(await answersWith('Originate', 'QueuePenalty', 'Redirect'));
    const { link, pbx: found, probeId } = await examine(at(pbx.port), OPTIONS);
    expect(link).toBe('ready');
    expect(found).toMatchObject({
      version: expect.stringMatching(/^22\./) as string,
      booted: true,
      probe: 'made',
      queues: expect.arrayContaining(['400', '401']) as string[],
      members: [
        {
          queue: '400',
          interface: 'Local/5001@from-queue/n',
          stateInterface: 'hint:5001@ext-local',
          extension: '5001',
        },
        {
          queue: '400',
          interface: 'Local/5002@from-queue/n',
          stateInterface: 'hint:5002@ext-local',
          extension: '5002',
        },
      ],
      extensions: expect.arrayContaining(['5001', '5002']) as string[],
    });
    expect(Math.abs(found?.clockOffsetMs ?? Infinity)).toBeLessThan(1_000);
    const order = pbx.actions.find(({ action }) => action === 'Originate');
    expect(order).toMatchObject({
      channel: 'Local/probe@headset-doctor',
      channelid: probeId,
      context: 'from-internal',
    });
  });

  it('changes nothing of a member, and orders nothing without the right to or when told not to', async () => {
    const pbx = await listen(await answersWith('Originate', 'QueuePenalty'));
    await examine(at(pbx.port), OPTIONS);
    expect(pbx.actions.find(({ action }) => action === 'QueuePenalty')).toMatchObject({
      queue: '400',
      interface: 'Local/5001@from-queue/n',
      penalty: '0',
    });
    const readOnly = await listen(await answersWith('Redirect'));
    await examine(at(readOnly.port), OPTIONS);
    const careful = await listen(await answersWith('Originate', 'QueuePenalty'));
    await examine(at(careful.port), { ...OPTIONS, probe: false });
    for (const { actions } of [readOnly, careful])
      expect(actions.filter(({ action }) => action === 'Originate' || action === 'QueuePenalty')).toEqual([]);
  });

  it('says how it was not let in', async () => {
    expect((await examine(at(await freePort()), OPTIONS)).link).toBe('refused');
    const pbx = await listen(await answersWith());
    pbx.manners.login = 'refuse';
    expect(await examine(at(pbx.port), OPTIONS)).toEqual({ link: 'login_refused', pbx: null, probeId: null });
  });
});

describe('a look at the record', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'headset-doctor-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = () => path.join(folder, 'cel.csv');
  const row = (id: string, account = ''): string => {
    const time = `${Math.floor(Date.now() / 1000)}.000001`;
    const fields = ['CHAN_START', time, account, id, id, 'PJSIP/carrier-00000001', ...Array<string>(10).fill('')];
    return `${fields.map((field) => `"${field}"`).join(',')}\n`;
  };

  it('finds the probe, also when it comes late', async () => {
    writeFileSync(file(), row('1795335282.1'));
    const probe = newProbeId(new Date());
    const looked = lookAtRecord(folder, probe);
    appendFileSync(file(), row(probe));
    expect(await looked).toMatchObject({ state: 'readable', hasProbe: true, foreignCallIds: false });
  });

  it('tells one that is not there, one of another kind, and one with account codes', async () => {
    expect(await lookAtRecord(undefined, null)).toEqual({ source: 'none' });
    expect(await lookAtRecord(folder, null)).toMatchObject({ state: 'missing' });
    writeFileSync(file(), 'CHAN_START,1795335282,sales\nCHAN_END,1795335283,sales\n');
    expect(await lookAtRecord(folder, null)).toMatchObject({ state: 'foreign' });
    writeFileSync(file(), row('1795335282.1', 'sales'));
    expect(await lookAtRecord(folder, null)).toMatchObject({ state: 'readable', foreignCallIds: true });
  });
});

describe("a look at the browsers' way in", () => {
  /** A web server that takes an upgrade with these words, or with null none. */
  async function web(answer: string | null): Promise<string> {
    const server: Server = createServer((_request, response) => response.writeHead(404).end());
    if (answer !== null) server.on('upgrade', (_request, socket) => void socket.end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/ws`;
  }
  const upgrade = (protocol: string): string =>
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${protocol}\r\n`;

  it('tells one that speaks SIP from one that does not, and from none', async () => {
    expect((await tryWebSocket(await web(upgrade('Sec-WebSocket-Protocol: sip\r\n')))).state).toBe('answers');
    expect((await tryWebSocket(await web(upgrade('')))).state).toBe('no_sip');
    expect((await tryWebSocket(await web(null))).state).toBe('no_sip');
    expect((await tryWebSocket(`ws://127.0.0.1:${await freePort()}/ws`)).state).toBe('refused');
  });
});
