/** The living half of the server, put together: bridges → event pipeline → floor → desks, and back from desks to bridges. */
import { connect, disconnect, type Database } from '@headset/db';
import type { Agent } from '@headset/db/queries/agents';
import { listAgentsWithSession } from '@headset/db/queries/sessions';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import type { Intent } from './agents/agent-state.ts';
import { foreignPause } from './agents/foreign-pause.ts';
import { Intents } from './agents/intents.ts';
import { Presence } from './agents/presence.ts';
import { Roster } from './agents/roster.ts';
import type { Step } from './calls/draft.ts';
import { rebuildFloor } from './calls/replay.ts';
import { Matches } from './clients/client-match.ts';
import type { Config } from './config.ts';
import type { AgentState } from './contract/desk.ts';
import { DeskBoard } from './desk/desk-board.ts';
import { DeskCommands } from './desk/desk-commands.ts';
import { openDesks } from './desk/desk-socket.ts';
import { DeskView } from './desk/desk-view.ts';
import { EventPipeline } from './event-pipeline.ts';
import { Floor } from './floor.ts';
import type { Readiness } from './health-routes.ts';
import type { App } from './http.ts';
import type { Metrics } from './metrics.ts';
import { PbxAgents } from './pbx-agents.ts';
import { PbxLink } from './pbx-link.ts';
import { DatabaseProbe } from './probe.ts';
import { createPublisher } from './publish.ts';
import type { Can } from './rights.ts';
import { COOKIE } from './sessions/guard.ts';
import type { EndedSession, Sessions } from './sessions/sessions.ts';
import { telephonyOf } from './telephony.ts';

export type LiveOptions = {
  http: App;
  config: Config;
  db: Database;
  log: Logger;
  metrics: Metrics;
  can: Can;
  sessions: Sessions;
  graceMs?: number | undefined;
};

export type Live = {
  roster: Roster;
  /** Reads memory from Postgres; waits for Postgres if need be. */
  start: () => Promise<void>;
  /** Memory has been read. */
  started: () => boolean;
  readiness: () => Readiness;
  stateOf: (agent: Agent) => AgentState;
  /** An operator chose the call's client. */
  callBound: (callId: string, clientId: string) => Promise<void>;
  sessionEnded: (session: EndedSession) => void;
  close: () => Promise<void>;
};

/** After an outage a bridge sends thousands of facts in one message. */
const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024;

export function openLive({ http, config, db, log, metrics, can, sessions, graceMs }: LiveOptions): Live {
  const io = new Server(http.server, { serveClient: false, maxHttpBufferSize: LARGEST_MESSAGE_BYTES });
  const publisher = createPublisher(io);
  const roster = new Roster();
  const intents = new Intents();
  const floor = new Floor();
  const presence = new Presence((agentId) => presenceChanged(agentId), graceMs);
  const matches = new Matches(db, roster);
  const telephony = (pbxId: string) => telephonyOf(link.state(pbxId), floor.pbx(pbxId), Date.now());
  const view = new DeskView({ floor, roster, intents, presence, matches, telephony });
  const board = new DeskBoard({ view, floor, roster, presence, matches, metrics, telephony, publisher });
  // A connection that nobody else takes: facts never wait behind somebody's search, and the one process of Postgres stays warm.
  const ledger = connect(config.databaseUrl, { max: 1, applicationName: 'headset-ledger' });
  const pipeline = new EventPipeline({ db: ledger, floor, roster, log, metrics, matches, publish, rebuild });
  const link: PbxLink = new PbxLink({
    namespace: io.of('/pbx'),
    token: config.bridgeToken,
    db,
    pipeline,
    publisher,
    log,
    onHello: (pbxId) => void bridgeCame(pbxId),
    onChange: (pbxId) => board.telephonyChanged(pbxId),
  });
  const pbxAgents = new PbxAgents({
    db,
    roster,
    intents,
    presence,
    log,
    command: (pbxId, command) => link.command(pbxId, command),
  });
  const commands = new DeskCommands({ db, can, roster, setIntent, callBound });
  const desks = openDesks({
    namespace: io.of('/desk'),
    sessionOf: (header) => sessions.find(header === undefined ? undefined : http.parseCookie(header)[COOKIE]),
    can,
    view,
    commands,
    presence,
    roster,
    publisher,
    metrics,
    log,
  });
  const probe = new DatabaseProbe(db);
  const started = gate();
  let isStarted = false;

  async function publish(steps: readonly Step[]): Promise<void> {
    await board.publish(steps);
    for (const { fact } of steps) {
      const agent = fact.kind === 'MemberObserved' ? roster.agentAt(fact.pbxId, fact.extension) : undefined;
      if (fact.kind !== 'MemberObserved' || !agent) continue;
      const intent = foreignPause(fact, intents.of(agent.id), new Set(roster.pauseReasons.map(({ code }) => code)));
      if (intent) await setIntent(agent.id, intent);
    }
  }

  async function rebuild(): Promise<void> {
    await Promise.all([roster.reload(db), intents.reload(db)]);
    await rebuildFloor(db, floor);
    board.forgetTold();
    await desks.refresh();
  }

  async function bridgeCame(pbxId: string): Promise<void> {
    // Before we know who is at a desk, the PBX keeps the members that it has.
    await started.promise;
    await roster.reload(db).catch((error: unknown) => log.warn({ err: error }, 'the roster could not be read'));
    await pbxAgents.introduce(pbxId);
  }

  async function setIntent(agentId: string, intent: Intent): Promise<void> {
    await intents.set(db, agentId, intent);
    board.stateMayHaveChanged(agentId);
    tellPbx(agentId);
  }

  function presenceChanged(agentId: string): void {
    board.stateMayHaveChanged(agentId);
    tellPbx(agentId);
  }

  /** Never waited for: the PBX's facts tell what came of it. */
  function tellPbx(agentId: string): void {
    const pbxId = roster.agent(agentId)?.pbxId;
    if (pbxId) void pbxAgents.allMembers(pbxId);
  }

  async function callBound(callId: string, clientId: string): Promise<void> {
    const call = floor.call(callId);
    if (!call) return;
    call.known.clientId = clientId;
    call.known.match = null;
    await board.callBound(callId);
  }

  return {
    roster,
    callBound,
    start: async () => {
      await pipeline.start();
      presence.expect(await listAgentsWithSession(db, new Date()));
      isStarted = true;
      started.resolve();
    },
    started: () => isStarted,
    readiness: () => ({
      database: probe.answers,
      pipeline: !pipeline.status.failing,
      telephony: roster.pbxIds.every((pbxId) => telephony(pbxId).state === 'connected'),
    }),
    stateOf: (agent) => view.stateOf(agent).state,
    sessionEnded: ({ id, agentId }) => {
      desks.end(id, 'logged_out');
      presence.left(agentId);
    },
    close: async () => {
      link.close();
      probe.close();
      board.close();
      // A transport that closes, and not a goodbye: clients come back by themselves as soon as we do.
      io.engine.close();
      await pipeline.close();
      await disconnect(ledger);
      presence.close();
    },
  };
}

/** Opened once. */
function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((open) => (resolve = open));
  return { promise, resolve };
}
