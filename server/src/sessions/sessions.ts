/** Logging in and out. The cookie carries 256 random bits; Postgres knows their hash alone, and a session ends at a fixed time. */
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@headset/db';
import { findCredentials } from '@headset/db/queries/agents';
import { writeAudit } from '@headset/db/queries/audit';
import { createSession, deleteSession, findSession, type SessionAgent } from '@headset/db/queries/sessions';
import { problems } from '../problem.ts';
import { Attempts } from './attempts.ts';
import { passwordIsRight } from './passwords.ts';

/** A shift and its overtime. */
export const SESSION_MS = 12 * 3_600_000;
const BY_LOGIN = { attempts: 10, windowMs: 5 * 60_000 };
/** An office shares an address. */
const BY_IP = { attempts: 50, windowMs: 5 * 60_000 };

/** `id` is the hash of the token: fit for comparing, worthless as a cookie. */
export type LiveSession = SessionAgent & { id: string };
export type EndedSession = { id: string; agentId: string };

export class Sessions {
  readonly #db: Database;
  readonly #ended: (session: EndedSession) => void;
  readonly #byLogin = new Attempts(BY_LOGIN);
  readonly #byIp = new Attempts(BY_IP);

  /** `ended` is called when somebody logged out. */
  constructor(db: Database, ended: (session: EndedSession) => void) {
    this.#db = db;
    this.#ended = ended;
  }

  /** Returns the cookie's token. Throws wrong_credentials or too_many_requests. */
  async logIn({
    login,
    password,
    ip,
  }: {
    login: string;
    password: string;
    ip: string;
  }): Promise<{ token: string; session: LiveSession }> {
    const now = new Date();
    const key = login.toLowerCase();
    const wait = Math.max(this.#byIp.take(ip, now.getTime()), this.#byLogin.take(key, now.getTime()));
    if (wait > 0) throw problems.tooManyRequests(wait);
    const found = await findCredentials(this.#db, login);
    const right = await passwordIsRight(found?.passwordHash ?? null, password);
    if (!found || !right) {
      // The login as typed may be a password in the wrong field: it is not kept.
      await writeAudit(this.#db, {
        actorId: null,
        action: 'login_refused',
        resource: 'session',
        resourceId: found?.agent.id ?? null,
        ip,
      });
      throw problems.wrongCredentials();
    }
    this.#byIp.giveBack(ip);
    this.#byLogin.giveBack(key);
    const token = randomBytes(32).toString('base64url');
    const id = hashOf(token);
    const expiresAt = new Date(now.getTime() + SESSION_MS);
    await createSession(this.#db, { tokenHash: id, agentId: found.agent.id, createdAt: now, expiresAt });
    await writeAudit(this.#db, { actorId: found.agent.id, action: 'logged_in', resource: 'session', ip });
    const session = await this.find(token);
    if (!session) throw problems.unauthenticated();
    return { token, session };
  }

  /** Null when there is none, it is over, or its agent may no longer log in. */
  async find(token: string | undefined): Promise<LiveSession | null> {
    if (token === undefined || !/^[\w-]{43}$/.test(token)) return null;
    const id = hashOf(token);
    const agent = await findSession(this.#db, id, new Date());
    return agent && { ...agent, id };
  }

  async logOut(session: LiveSession, ip: string): Promise<void> {
    await deleteSession(this.#db, session.id);
    await writeAudit(this.#db, { actorId: session.agentId, action: 'logged_out', resource: 'session', ip });
    this.#ended({ id: session.id, agentId: session.agentId });
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
