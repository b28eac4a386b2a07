import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Bridge } from '../../ami-bridge/src/bridge.ts';
import type { CommandOf } from '../../ami-bridge/src/commands.ts';
import { readConfig } from '../../ami-bridge/src/config.ts';
import { readTrace, type Trace } from '../ami-trace.ts';
import { PlayedServer } from '../played-server.ts';
import { RawAmi } from '../raw-ami.ts';
import { until } from '../until.ts';

type Member = CommandOf<'setMemberships'>['members'][number];
const member = (patch: Partial<Member>): Member => ({
  queue: 'support',
  extension: '1001',
  penalty: 0,
  paused: false,
  pauseReason: null,
  ...patch,
});

describe('commands to the PBX', () => {
  let trace: Trace;
  let pbx: RawAmi;
  let server: PlayedServer;
  let folder: string;
  let bridge: Bridge;

  beforeAll(async () => {
    trace = await readTrace('answered-caller-hangs-up');
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'headset-commands-'));
    // 1001 is a member of support, not paused.
    pbx = await RawAmi.listen(trace.rounds[0] ?? new Map());
    server = await PlayedServer.listen();
    await startBridge();
  });
  afterEach(async () => {
    bridge.stop();
    await pbx.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  async function startBridge(): Promise<void> {
    const environment = {
      PBX_ID: 'main',
      AMI_PORT: String(pbx.port),
      AMI_USER: 'bridge',
      AMI_SECRET: 'secret',
      SERVER_URL: server.url,
      BRIDGE_TOKEN: server.token,
      BRIDGE_STATE_DIR: folder,
    };
    const bridges = server.bridges;
    bridge = new Bridge(readConfig(environment), pino({ level: 'silent' }), { firstRetryMs: 20 });
    bridge.start();
    await ready();
    await until('the server knows the bridge', () => server.bridges > bridges && bridge.link.connected);
  }
  const ready = () => until('the PBX is ready', () => bridge.ami.state === 'ready');
  /** Actions that change something, since the last call. */
  let looked = 0;
  function sent(): Record<string, string>[] {
    const changing = pbx.actions.filter(({ action }) =>
      /^(Queue(Add|Remove|Pause|Penalty)|Originate|Hangup)$/.test(action ?? ''),
    );
    const fresh = changing.slice(looked);
    looked = changing.length;
    return fresh;
  }
  beforeEach(() => {
    looked = 0;
  });

  it("rings the agent's phone first, in a fixed place of the dialplan, and knows the call by the id that it chose", async () => {
    expect(await server.command({ name: 'originate', extension: '1001', to: '+74950000311' })).toEqual({ ok: true });
    const [action] = sent();
    expect(action).toMatchObject({
      action: 'Originate',
      channel: 'PJSIP/1001',
      context: 'agents',
      exten: '+74950000311',
      async: 'true',
    });
    const id = action?.channelid ?? '';
    expect(action?.variable).toBe(`__HEADSET_CALL=${id}`);
    expect(action).not.toHaveProperty('application');
    pbx.say(
      `Event: Newchannel\nUniqueid: ${id}\nLinkedid: ${id}\nChannel: PJSIP/1001-0000000a\nChannelState: 0\nExten: s`,
    );
    const started = await until('the call began', () => server.ledger.find(({ kind }) => kind === 'CallStarted'));
    expect(started).toMatchObject({ callId: `main-${id}`, direction: 'outbound', dialled: '+74950000311' });
  });

  it('sends nothing for a command that is malformed or tries to say more', async () => {
    const hostile = ['74950000311\r\nAction: Command', '1&PJSIP/2', '${SHELL(id)}', '1,2', '', 'x'.repeat(99)];
    for (const to of hostile) {
      expect(await server.command({ name: 'originate', extension: '1001', to })).toEqual({
        ok: false,
        code: 'invalid',
      });
      const pause = { name: 'pauseAgent', extension: to, reason: 'lunch' } as const;
      expect(await server.command(pause)).toEqual({ ok: false, code: 'invalid' });
    }
    expect(sent()).toEqual([]);
  });

  it('hangs up a leg that it follows, by the whole name of its channel, and no other', async () => {
    const unknown = { ok: false, code: 'unknown_call' };
    expect(await server.command({ name: 'hangUpLeg', callId: 'main-1.1', legId: 'main-1.1' })).toEqual(unknown);
    pbx.say(
      'Event: Newchannel\nUniqueid: 1.1\nLinkedid: 1.1\nChannel: PJSIP/carrier-0000000a\nChannelState: 4\nExten: 1',
    );
    await until('the call is known', () => bridge.state.calls.size === 1);
    expect(await server.command({ name: 'hangUpLeg', callId: 'main-1.1', legId: 'main-9.9' })).toEqual(unknown);
    expect(await server.command({ name: 'hangUpLeg', callId: '/.*/', legId: '/.*/' })).toEqual(unknown);
    expect(sent()).toEqual([]);
    expect(await server.command({ name: 'hangUpLeg', callId: 'main-1.1', legId: 'main-1.1' })).toEqual({ ok: true });
    expect(sent()).toMatchObject([{ action: 'Hangup', channel: 'PJSIP/carrier-0000000a' }]);
  });

  it('changes in the queues only what differs', async () => {
    const members = [member({}), member({ extension: '1002', penalty: 3, paused: true, pauseReason: 'lunch' })];
    expect(await server.command({ name: 'setMemberships', complete: true, members })).toEqual({ ok: true });
    expect(sent()).toMatchObject([
      {
        action: 'QueueAdd',
        queue: 'support',
        interface: 'PJSIP/1002',
        membername: '1002',
        penalty: '3',
        paused: 'true',
      },
      { action: 'QueuePause', interface: 'PJSIP/1002', reason: 'lunch', queue: 'support' },
    ]);
    const other = [member({ extension: '1002' })];
    await server.command({ name: 'setMemberships', complete: true, members: other });
    expect(sent().map(({ action, interface: dialled }) => `${action} ${dialled}`)).toContain('QueueRemove PJSIP/1001');
  });

  it('leaves others alone when it is told of some', async () => {
    await server.command({ name: 'setMemberships', complete: false, members: [member({ extension: '1002' })] });
    expect(sent().map(({ action }) => action)).toEqual(['QueueAdd']);
  });

  it('restores what was wanted when the PBX is back, and when it was itself away', async () => {
    await server.command({ name: 'setMemberships', complete: true, members: [member({ penalty: 2 })] });
    await server.command({ name: 'pauseAgent', extension: '1001', reason: 'break' });
    expect(sent().map(({ action }) => action)).toEqual(['QueuePenalty', 'QueuePause']);
    const restored = [
      { action: 'QueuePenalty', interface: 'PJSIP/1001', penalty: '2' },
      { action: 'QueuePause', interface: 'PJSIP/1001', paused: 'true', reason: 'break' },
    ];
    pbx.cut();
    await until('the PBX was told again', () => pbx.connections === 2 && pbx.actions.at(-1)?.action === 'QueuePause');
    expect(sent()).toMatchObject(restored);
    bridge.stop();
    await startBridge();
    await until('the PBX was told again', () => pbx.connections === 3 && pbx.actions.at(-1)?.action === 'QueuePause');
    expect(sent()).toMatchObject(restored);
  });

  it('refuses with the reason, in a word of its own', async () => {
    const refuse = (action: string, message: string): void => {
      pbx.recorded = new Map([...pbx.recorded, [action, [`Response: Error\nActionID: x\nMessage: ${message}`]]]);
    };
    refuse('QueuePause', 'Interface not found');
    expect(await server.command({ name: 'unpauseAgent', extension: '1009' })).toEqual({
      ok: false,
      code: 'unknown_extension',
    });
    refuse('QueueAdd', 'Unable to add interface to queue: No such queue');
    const members = [member({ queue: 'nowhere' })];
    const unknownQueue = { ok: false, code: 'unknown_queue' };
    expect(await server.command({ name: 'setMemberships', complete: false, members })).toEqual(unknownQueue);
    refuse('Originate', 'Permission denied');
    expect(await server.command({ name: 'originate', extension: '1001', to: '112' })).toEqual({
      ok: false,
      code: 'read_only',
    });
    expect(await server.command({ name: 'provision', phones: [], queues: [] })).toEqual({
      ok: false,
      code: 'read_only',
    });
    await pbx.close();
    await until('the PBX is lost', () => bridge.ami.state !== 'ready');
    expect(await server.command({ name: 'originate', extension: '1001', to: '112' })).toEqual({
      ok: false,
      code: 'pbx_disconnected',
    });
  });
});
