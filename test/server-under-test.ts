/** A whole server on a real Postgres and real sockets, with the demo base, and clients of it: browsers, desks, bridges. */
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { DomainEvent } from '../ami-bridge/src/domain-events.ts';
import type { Command } from '../ami-bridge/src/commands.ts';
import { LINK_VERSION, type BridgeToServer, type ServerToBridge } from '../ami-bridge/src/pbx-link.ts';
import { connect, disconnect, type Database } from '../db/src/index.ts';
import { DEMO_PASSWORD, seed } from '../db/src/seed.ts';
import { buildApp, type AppOptions, type HeadsetApp } from '../server/src/app.ts';
import { readConfig } from '../server/src/config.ts';
import type {
  DeskCommand,
  DeskCommandResult,
  DeskEvent,
  DeskSnapshot,
  DeskToServer,
  ServerToDesk,
} from '../server/src/contract/desk.ts';
import { createLog } from '../server/src/log.ts';
import { PBX_ID } from './factories.ts';
import { createTestDatabase } from './postgres.ts';
import { until } from './until.ts';

export const BRIDGE_TOKEN = 'token-of-the-test-bridge';

export type ServerUnderTest = {
  url: string;
  db: Database;
  app: HeadsetApp;
  /** Everything logged so far. */
  logged: () => string;
  close: () => Promise<void>;
};

export type ServerUnderTestOptions = Partial<Pick<AppOptions, 'can' | 'graceMs'>> & {
  environment?: Record<string, string>;
  /** Of a database that is already there; without it one is made, with the demo base. */
  databaseUrl?: string;
};

/** To be closed by the caller. */
export async function startServer({
  environment,
  databaseUrl,
  ...options
}: ServerUnderTestOptions = {}): Promise<ServerUnderTest> {
  const url = databaseUrl ?? (await createDemoDatabase());
  const config = readConfig({
    DATABASE_URL: url,
    PORT: '0',
    BRIDGE_TOKEN,
    PBX_WEBSOCKET_URL: 'ws://127.0.0.1:8088/ws',
    SIP_DOMAIN: '127.0.0.1',
    UI_DIR: '/nonexistent',
    ...environment,
  });
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const db = connect(config.databaseUrl, { applicationName: 'headset-server-under-test' });
  const app = await buildApp({ config, db, log: createLog('trace', destination), ...options });
  await app.http.listen({ host: '127.0.0.1', port: 0 });
  await app.live.start();
  const address = app.http.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    db,
    app,
    logged: () => lines.join(''),
    close: async () => {
      await app.close();
      await disconnect(db);
    },
  };
}

export async function createDemoDatabase(): Promise<string> {
  const { url, db } = await createTestDatabase();
  await seed(db, { pbxId: PBX_ID });
  return url;
}

export type Login = 'olga' | 'pavel' | 'svetlana' | 'admin';

/** Returns the Cookie header of a new session. */
export async function logIn(server: ServerUnderTest, login: Login): Promise<string> {
  const answer = await post(server, '/api/session', { login, password: DEMO_PASSWORD });
  if (!answer.ok) throw new Error(`login was refused: ${await answer.text()}`);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

export async function get(server: ServerUnderTest, path: string, cookie?: string): Promise<Response> {
  return fetch(`${server.url}${path}`, { headers: cookie ? { cookie } : {} });
}

export async function post(
  server: ServerUnderTest,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

export type TestDesk = {
  socket: Socket<ServerToDesk, DeskToServer>;
  snapshots: DeskSnapshot[];
  events: DeskEvent[];
  ended: string[];
  /** The next event of the kind that satisfies `matching`, among those received and to come. */
  event: <K extends DeskEvent['kind']>(
    kind: K,
    matching?: (event: Extract<DeskEvent, { kind: K }>) => boolean,
  ) => Promise<Extract<DeskEvent, { kind: K }>>;
  command: (command: DeskCommand) => Promise<DeskCommandResult>;
};

/** A desk of the session, with its first snapshot. Closed after the test. */
export async function openDesk(server: ServerUnderTest, cookie: string): Promise<TestDesk> {
  const socket: Socket<ServerToDesk, DeskToServer> = io(`${server.url}/desk`, {
    extraHeaders: { cookie },
    transports: ['websocket'],
    forceNew: true,
  });
  onTestFinished(() => void socket.close());
  const desk: TestDesk = {
    socket,
    snapshots: [],
    events: [],
    ended: [],
    event: (kind, matching = () => true) =>
      until(`a ${kind} on a desk`, () =>
        desk.events.find(
          (event): event is Extract<DeskEvent, { kind: typeof kind }> =>
            event.kind === kind && matching(event as never),
        ),
      ),
    command: (command) => socket.timeout(5_000).emitWithAck('command', command),
  };
  let refusal: string | undefined;
  socket.on('connect_error', (error) => (refusal = error.message));
  socket.on('snapshot', (snapshot) => desk.snapshots.push(snapshot));
  socket.on('event', (event) => desk.events.push(event));
  socket.on('sessionEnded', (why) => desk.ended.push(why));
  await until('a snapshot, or a refusal', () => desk.snapshots.length > 0 || refusal);
  if (refusal) throw new Error(refusal);
  return desk;
}

export type TestBridge = {
  socket: Socket<ServerToBridge, BridgeToServer>;
  epoch: string;
  committedSeq: number;
  commands: Command[];
  /** Highest seq acknowledged. */
  acknowledged: () => number;
  /** Numbers and sends facts; resolves when they are acknowledged. */
  deliver: (facts: readonly unknown[]) => Promise<void>;
  /** Numbers and sends facts, and does not wait. Returns the last seq. */
  send: (facts: readonly unknown[]) => number;
  /** Waits until all that was sent is acknowledged. */
  settled: (withinMs?: number) => Promise<void>;
};

export type BridgeOptions = { pbxId?: string; epoch?: string; token?: string; v?: number; beats?: boolean };

/** A bridge that has said hello. It beats as a real one does, and takes every command. Closed after the test. */
export async function openBridge(server: ServerUnderTest, options: BridgeOptions = {}): Promise<TestBridge> {
  const { pbxId = PBX_ID, epoch = randomUUID(), token = BRIDGE_TOKEN, v = LINK_VERSION, beats = true } = options;
  const socket: Socket<ServerToBridge, BridgeToServer> = io(`${server.url}/pbx`, {
    auth: { token, pbxId, v },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  const beat = setInterval(
    () => beats && socket.emit('beat', { pbx: 'ready', readOnly: false, outboxDepth: 0, liveCalls: 0 }),
    500,
  );
  onTestFinished(() => {
    clearInterval(beat);
    socket.close();
  });
  const commands: Command[] = [];
  socket.on('command', (command, result) => {
    commands.push(command);
    result({ ok: true });
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  const { committedSeq } = await socket.timeout(5_000).emitWithAck('hello', { epoch });
  let seq = committedSeq;
  let acknowledged = committedSeq;
  const bridge: TestBridge = {
    socket,
    epoch,
    committedSeq,
    commands,
    acknowledged: () => acknowledged,
    send: (facts) => {
      const deliveries = facts.map((event) => ({ seq: ++seq, event: event as DomainEvent }));
      socket.emit('deliver', deliveries, (committed) => (acknowledged = Math.max(acknowledged, committed)));
      return seq;
    },
    deliver: async (facts) => {
      bridge.send(facts);
      await bridge.settled();
    },
    settled: async (withinMs) => {
      await until('the acknowledgement of all that was delivered', () => acknowledged === seq, withinMs);
    },
  };
  return bridge;
}
