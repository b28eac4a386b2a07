import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../ami-bridge/src/domain-events.ts';
import { commit } from '../../ami-bridge/src/tracker/commit.ts';
import { emptyState } from '../../ami-bridge/src/tracker/state.ts';
import { step } from '../../ami-bridge/src/tracker/step.ts';
import { readTrace, type Answers, type Trace } from '../ami-trace.ts';
import { identity, PlayedServer } from '../played-server.ts';
import { RawAmi } from '../raw-ami.ts';
import { until } from '../until.ts';

const MAIN = path.join(import.meta.dirname, '../../ami-bridge/src/main.ts');

/** The recorded call in pieces, cut where the PBX was asked for a snapshot, with the answers that it gave there. */
type Piece = { answers: Answers; frames: string[] };

function pieces({ moments, rounds }: Trace): Piece[] {
  const cut: Piece[] = [];
  for (const moment of moments) {
    if ('snapshot' in moment) cut.push({ answers: rounds[cut.length] ?? new Map(), frames: [] });
    else cut.at(-1)?.frames.push(moment.frame);
  }
  return cut;
}

/** What the tracker tells of the whole call, never having missed anything. */
function wholeStory({ moments }: Trace): DomainEvent[] {
  const state = emptyState('main');
  return moments.flatMap((moment) => {
    if ('snapshot' in moment) return [];
    const change = step(state, moment.event);
    commit(change);
    return change.facts.filter(({ callId }) => callId !== '');
  });
}

describe('the bridge as a process', () => {
  let trace: Trace;
  let pbx: RawAmi;
  let server: PlayedServer;
  let folder: string;
  let bridge: ChildProcess;
  let messages: unknown[];

  beforeAll(async () => {
    trace = await readTrace('answered-caller-hangs-up');
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'headset-bridge-'));
    pbx = await RawAmi.listen(trace.rounds[0] ?? new Map());
    server = await PlayedServer.listen();
  });
  afterEach(async () => {
    bridge.kill('SIGKILL');
    await pbx.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function startBridge(serverUrl = server.url): void {
    const env = {
      PATH: process.env.PATH ?? '',
      PBX_ID: 'main',
      AMI_PORT: String(pbx.port),
      AMI_USER: 'bridge',
      AMI_SECRET: 'secret',
      SERVER_URL: serverUrl,
      BRIDGE_TOKEN: server.token,
      BRIDGE_STATE_DIR: folder,
      BRIDGE_PORT: '0',
      LOG_LEVEL: 'silent',
    };
    messages = [];
    bridge = fork(MAIN, [], { execArgv: ['--import', 'tsx'], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    bridge.on('message', (message) => messages.push(message));
  }
  const connections = () => server.deliveries.filter(({ event }) => event.kind === 'PbxConnected').length;
  const exited = () => until('the bridge is gone', () => bridge.exitCode !== null || bridge.signalCode !== null);

  it('brings every fact of a call to the server, in order and each once', async () => {
    startBridge();
    await until('the PBX is connected', () => connections() === 1);
    for (const { frames } of pieces(trace)) pbx.say(...frames);
    const story = wholeStory(trace);
    await until('all facts came', () => server.ledger.length >= story.length);
    expect(server.deliveries.filter(({ event }) => event.callId !== '').map(({ event }) => event)).toEqual(story);
    expect(server.deliveries.map(({ seq }) => seq)).toEqual(server.deliveries.map((_, index) => index + 1));
  });

  it('tells the same call when it is killed twice within it, while a phone rings and while they talk', async () => {
    for (const { answers, frames } of pieces(trace)) {
      const before = connections();
      pbx.recorded = answers;
      startBridge();
      await until('the PBX is connected', () => connections() > before);
      pbx.say(...frames);
      // The end of the piece is marked by a pause, of which the snapshots know nothing.
      const reason = `mark-${before}`;
      pbx.say(
        `Event: QueueMemberPause\nQueue: support\nInterface: PJSIP/1001\nMemberName: 1001\nPaused: 1\nPausedReason: ${reason}`,
      );
      await until('the piece was told', () =>
        server.deliveries.some(({ event }) => event.kind === 'MemberObserved' && event.pauseReason === reason),
      );
      bridge.kill('SIGKILL');
      await exited();
    }
    const story = wholeStory(trace);
    expect(server.ledger.map(identity).toSorted()).toEqual(story.map(identity).toSorted());
    const end = (facts: DomainEvent[]) => facts.find(({ kind }) => kind === 'CallEnded');
    expect(end(server.ledger)).toEqual(end(story));
  });

  it('keeps the facts while there is no server, also over a kill, and delivers them when there is one', async () => {
    const { port } = server;
    await server.close();
    startBridge();
    await until('the bridge is ready', () => pbx.actions.some(({ action }) => action === 'DeviceStateList'));
    const [first, ...rest] = pieces(trace);
    pbx.say(...(first?.frames ?? []));
    await until('the facts are written', () => messages.length > 1);
    bridge.kill('SIGKILL');
    await exited();
    server = await PlayedServer.listen(port);
    pbx.recorded = trace.rounds[1] ?? new Map();
    startBridge();
    await until('the PBX is connected', () => connections() === 2);
    for (const { frames } of rest) pbx.say(...frames);
    const story = wholeStory(trace);
    await until('all facts came', () => server.ledger.length >= story.length);
    expect(server.ledger.map(identity)).toEqual(story.map(identity));
  });

  it('delivers again what the server has not committed when the link was lost', async () => {
    startBridge();
    await until('the PBX is connected', () => connections() === 1);
    server.commits = false;
    for (const { frames } of pieces(trace)) pbx.say(...frames);
    const story = wholeStory(trace);
    await until('all facts came', () => server.ledger.length >= story.length);
    const { port } = server;
    const seen = server.deliveries.length;
    await server.close();
    server = await PlayedServer.listen(port);
    await until('all came again', () => server.ledger.length >= story.length);
    expect(server.deliveries.length).toBeLessThanOrEqual(seen);
    expect(server.ledger).toEqual(story);
  });

  it('tells that the PBX is lost, and that it is back, once each', async () => {
    startBridge();
    await until('the PBX is connected', () => connections() === 1);
    pbx.cut();
    await until('the PBX is connected again', () => connections() === 2);
    const kinds = server.deliveries.map(({ event }) => event.kind).filter((kind) => kind.startsWith('Pbx'));
    expect(kinds).toEqual(['PbxConnected', 'PbxDisconnected', 'PbxConnected']);
  });

  it('beats to the server and to its supervisor, and ends cleanly when it is told to', async () => {
    startBridge();
    await until('the server heard it', () => server.beats > 0);
    await until('the supervisor heard it', () => messages.length > 0);
    expect(messages[0]).toEqual({ beat: true });
    bridge.kill('SIGTERM');
    await exited();
    expect(bridge.exitCode).toBe(0);
  });

  it('names what is wrong with its environment and does not start', async () => {
    startBridge('ftp://nowhere');
    await exited();
    expect(bridge.exitCode).toBe(1);
  });
});
