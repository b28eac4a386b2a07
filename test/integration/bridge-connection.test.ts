import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AmiConnection, type ConnectionLimits, type DisconnectReason } from '../../ami-bridge/src/ami/connection.ts';
import type { AmiEvent } from '../../ami-bridge/src/ami/events.ts';
import { ActionTimeout, NotConnected, RefusedByPbx } from '../../ami-bridge/src/ami/session.ts';
import { readTrace, type Answers, type Trace } from '../ami-trace.ts';
import { asSent, RawAmi } from '../raw-ami.ts';
import { until } from '../until.ts';

const LIMITS: Partial<ConnectionLimits> = {
  firstRetryMs: 20,
  longestRetryMs: 100,
  connectMs: 400,
  actionMs: 300,
  pingEveryMs: 50,
  pingMs: 200,
  bootedMs: 100,
};

let trace: Trace;
/** Of a PBX where nobody is on the line. */
let answers: Answers;
beforeAll(async () => {
  trace = await readTrace('answered-caller-hangs-up');
  answers = trace.rounds[0] ?? new Map();
});

/** A connection, and all that it said. */
class Listener {
  events: AmiEvent[] = [];
  snapshots = 0;
  lost: DisconnectReason[] = [];
  readonly connection: AmiConnection;

  constructor(port: number, limits: Partial<ConnectionLimits> = {}) {
    const address = { host: '127.0.0.1', port, user: 'bridge', secret: 'secret' };
    const handlers = {
      onSnapshot: (_: unknown, events: AmiEvent[]) => {
        this.snapshots++;
        this.events.push(...events);
      },
      onEvent: (event: AmiEvent) => void this.events.push(event),
      onDisconnected: (reason: DisconnectReason) => void this.lost.push(reason),
    };
    this.connection = new AmiConnection(address, handlers, { ...LIMITS, ...limits });
    this.connection.start();
  }
  ready(): Promise<true> {
    return until('the connection is ready', () => this.connection.state === 'ready');
  }
  names(): string[] {
    return this.events.map(({ name }) => name);
  }
}

describe('a connection to the PBX', () => {
  let pbx: RawAmi;
  let listener: Listener;
  beforeEach(async () => {
    pbx = await RawAmi.listen(answers);
    listener = new Listener(pbx.port);
  });
  afterEach(async () => {
    listener.connection.stop();
    await pbx.close();
  });

  /** What the tracker is given of the recorded call, in order. */
  const recorded = (): string[] => trace.moments.flatMap((moment) => ('event' in moment ? [moment.event.name] : []));

  it('gives the recorded events in order, however the network cuts and glues them', async () => {
    await listener.ready();
    const bytes = Buffer.from(asSent(...trace.frames.filter((frame) => !frame.startsWith('Event: FullyBooted'))));
    const expected = recorded().filter((name) => name !== 'FullyBooted');
    const cuts = fc.array(fc.nat({ max: bytes.length }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        listener.events = [];
        const ends = [...places.toSorted((a, b) => a - b), bytes.length];
        ends.forEach((end, index) => pbx.write(bytes.subarray(ends[index - 1] ?? 0, end)));
        await until('all events came', () => listener.events.length >= expected.length);
        expect(listener.names()).toEqual(expected);
      }),
      { numRuns: 20 },
    );
    expect(listener.connection.counts.invalid).toBe(0);
  });

  it('survives garbage, counts it, and reads on', async () => {
    await listener.ready();
    const garbage = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        await listener.ready();
        listener.events = [];
        pbx.write(bytes);
        pbx.write('\r\n\r\n');
        pbx.say('Event: Hold\nUniqueid: 1.1');
        await until('the event behind the garbage came', () => listener.names().includes('Hold'));
      }),
      { numRuns: 50 },
    );
    expect(listener.connection.counts.unknown).toBeGreaterThan(0);
  });

  it('ends a connection whose frame does not end, and begins another', async () => {
    await listener.ready();
    pbx.write(`Event: ${'x'.repeat(200_000)}`);
    await until('it connected again', () => listener.snapshots === 2);
    expect(listener.connection.counts.oversized).toBe(1);
    expect(listener.lost).toEqual(['closed']);
  });

  it('never mixes half a frame of one connection with the next', async () => {
    await listener.ready();
    pbx.write('Event: Hold\r\nUniqueid: 1.1\r\nX');
    pbx.cut();
    await until('it connected again', () => listener.snapshots === 2);
    pbx.say('Event: Unhold\nUniqueid: 2.2');
    await until('the event came', () => listener.events.length > 0);
    expect(listener.events).toMatchObject([{ name: 'Unhold', id: '2.2' }]);
  });

  it('takes no action before the PBX is ready, and sends none of them later', async () => {
    await expect(listener.connection.action({ Action: 'Originate', Channel: 'PJSIP/1001' })).rejects.toThrow(
      NotConnected,
    );
    await listener.ready();
    await listener.connection.action({ Action: 'QueuePause', Interface: 'PJSIP/1001', Paused: 'true' });
    expect(pbx.actions.map(({ action }) => action)).not.toContain('Originate');
  });

  it('fails what is under way when the connection is lost', async () => {
    await listener.ready();
    pbx.manners.answers = false;
    const pending = expect(listener.connection.action({ Action: 'QueueStatus' })).rejects.toThrow(NotConnected);
    pbx.cut();
    await pending;
  });

  it('gives up on an action that is not answered in time', async () => {
    await listener.ready();
    pbx.manners.answers = false;
    await expect(listener.connection.action({ Action: 'QueueRemove', Queue: 'a' }, 30)).rejects.toThrow(ActionTimeout);
  });

  it('takes a PBX that does not answer pings for dead', async () => {
    await listener.ready();
    pbx.manners.answers = false;
    await until('the silence was noticed', () => listener.lost.length > 0);
    expect(listener.lost[0]).toBe('silent');
    pbx.manners.answers = true;
    await until('it connected again', () => listener.snapshots === 2);
  });

  it('does not take a PBX for dead that has so much to say that the answer is late', async () => {
    await listener.ready();
    pbx.manners.holds = 'Ping';
    await until('a ping waits', () => pbx.holding);
    // Longer than a ping may take: 40 events, each when the one before was read.
    for (let said = 0; said < 40; said++) {
      const before = listener.connection.counts.events;
      pbx.say('Event: Hold\nUniqueid: 1.1');
      await until('the event was read', () => listener.connection.counts.events > before);
    }
    expect(listener.lost).toEqual([]);
    pbx.manners.holds = null;
  });

  it('keeps the events that come while it asks for the snapshot, and hands them out with it', async () => {
    await listener.ready();
    pbx.manners.holds = 'DeviceStateList';
    pbx.cut();
    await until('it asks for the last list', () => pbx.holding);
    pbx.say('Event: Hold\nUniqueid: 1.1', 'Event: Unhold\nUniqueid: 1.1');
    await until('the events were read', () => listener.connection.counts.events >= 3);
    expect(listener.events).toEqual([]);
    expect(listener.snapshots).toBe(1);
    pbx.release();
    await until('it is ready again', () => listener.snapshots === 2);
    expect(listener.names()).toEqual(['Hold', 'Unhold']);
  });

  it('asks for everything again when Asterisk says that it has booted', async () => {
    await listener.ready();
    pbx.say('Event: FullyBooted\nUptime: 1');
    await until('it reconciled again', () => listener.snapshots === 2);
    expect(listener.lost).toEqual([]);
  });
});

describe('a connection that cannot be made', () => {
  it('stops for good when the login is refused', async () => {
    const pbx = await RawAmi.listen(answers);
    pbx.manners.login = 'refuse';
    const listener = new Listener(pbx.port);
    await until('the refusal was told', () => listener.lost.length > 0);
    expect(listener.connection.state).toBe('login_refused');
    // Another that is retried tells how much time goes by.
    const other = new Listener(1);
    await until('the other was retried', () => other.lost.length > 5);
    other.connection.stop();
    expect(pbx.connections).toBe(1);
    expect(listener.lost).toEqual(['login_refused']);
    await pbx.close();
  });

  it('goes on trying while nobody listens, and while somebody listens who says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await until('it listens', () => silent.listening);
    const { port } = silent.address() as { port: number };
    const listener = new Listener(port, { connectMs: 50 });
    await until('it gave up on the silent one', () => listener.lost.includes('unreachable'));
    silent.close();
    await until('nobody listens', () => listener.lost.includes('refused'));
    listener.connection.stop();
  });

  it('tells a refusal of an action from a failure', async () => {
    const denied = ['Response: Error\nActionID: x\nMessage: Permission denied'];
    const pbx = await RawAmi.listen(new Map([...answers, ['QueueAdd', denied]]));
    const listener = new Listener(pbx.port);
    await listener.ready();
    const refused = listener.connection.action({ Action: 'QueueAdd', Queue: 'support', Interface: 'PJSIP/1001' });
    await expect(refused).rejects.toThrow(RefusedByPbx);
    listener.connection.stop();
    await pbx.close();
  });
});
