/** The operator's live desk: Socket.IO namespace /desk, as contract/desk.ts describes it. One agent may have several open. */
import type { Agent } from '@headset/db/queries/agents';
import type { Logger } from 'pino';
import type { Presence } from '../agents/presence.ts';
import type { Roster } from '../agents/roster.ts';
import { deskCommandSchema, type DeskCommandResult } from '../contract/desk.ts';
import type { Metrics } from '../metrics.ts';
import { roomOf, type DeskNamespace, type DeskSocket, type Publisher } from '../publish.ts';
import type { Can } from '../rights.ts';
import { actorOf } from '../sessions/guard.ts';
import { isOwnSite } from '../sessions/same-site.ts';
import type { LiveSession } from '../sessions/sessions.ts';
import type { DeskCommands } from './desk-commands.ts';
import type { DeskView } from './desk-view.ts';

export type DeskSocketOptions = {
  namespace: DeskNamespace;
  /** The session of a request's Cookie header. */
  sessionOf: (cookieHeader: string | undefined) => Promise<LiveSession | null>;
  can: Can;
  view: DeskView;
  commands: DeskCommands;
  presence: Presence;
  roster: Roster;
  publisher: Publisher;
  metrics: Metrics;
  log: Logger;
};

export type Desks = {
  /** Every desk gets the whole picture anew. */
  refresh: () => Promise<void>;
  /** The session is over: its desks close. */
  end: (sessionId: string, why: 'logged_out' | 'expired') => void;
};

export function openDesks(options: DeskSocketOptions): Desks {
  const { namespace, sessionOf, can, view, presence, roster, publisher, metrics, log } = options;

  namespace.use((socket, next) => {
    admit(socket).then(
      (refusal) => next(refusal === null ? undefined : new Error(refusal)),
      (error: unknown) => {
        log.warn({ err: error }, 'a desk could not be admitted');
        next(new Error('unavailable'));
      },
    );
  });

  /** Null, or why not. */
  async function admit(socket: DeskSocket): Promise<string | null> {
    const { headers } = socket.handshake;
    if (!isOwnSite(headers)) return 'cross_site';
    const session = await sessionOf(headers.cookie);
    if (!session) return 'unauthenticated';
    const actor = actorOf(session);
    if (can(actor, 'read', 'desk') === 'none') return 'forbidden';
    if (!roster.agent(session.agentId)) return 'unavailable';
    socket.data = { actor, sessionId: session.id, expiresAt: session.expiresAt.getTime() };
    return null;
  }

  namespace.on('connection', (socket) => {
    const { actor, expiresAt } = socket.data;
    const expiry = setTimeout(() => publisher.sessionEnded(socket, 'expired'), Math.max(0, expiresAt - Date.now()));
    metrics.desks.inc();
    presence.deskOpened(actor.agentId);
    socket.on('disconnect', () => {
      clearTimeout(expiry);
      metrics.desks.dec();
      presence.deskClosed(actor.agentId);
    });
    socket.on('command', (raw, answer) => {
      if (typeof answer !== 'function') return;
      void run(socket, raw).then(answer);
    });
    introduce(socket).catch((error: unknown) => {
      log.warn({ err: error }, 'a desk got no snapshot');
      socket.disconnect(true);
    });
  });

  async function introduce(socket: DeskSocket): Promise<void> {
    const agent: Agent | undefined = roster.agent(socket.data.actor.agentId);
    if (!agent) return void socket.disconnect(true);
    await view.withSnapshot(agent, (snapshot) => {
      void socket.join(roomOf(agent.id));
      publisher.snapshot(socket, snapshot);
    });
  }

  async function run(socket: DeskSocket, raw: unknown): Promise<DeskCommandResult> {
    const command = deskCommandSchema.safeParse(raw);
    if (!command.success) return { ok: false, code: 'invalid' };
    try {
      return await options.commands.run(socket.data.actor, command.data);
    } catch (error) {
      log.warn({ err: error, command: command.data.name }, 'a desk command failed');
      return { ok: false, code: 'unavailable' };
    }
  }

  return {
    refresh: async () => {
      await Promise.all([...namespace.sockets.values()].map((socket) => introduce(socket)));
    },
    end: (sessionId, why) => {
      for (const socket of namespace.sockets.values())
        if (socket.data.sessionId === sessionId) publisher.sessionEnded(socket, why);
    },
  };
}
