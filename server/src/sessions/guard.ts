/**
 * The guard of every HTTP route under /api: it comes from our own site, with a session, and its role has the right that the route
 * names. A route that names none cannot be registered.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problems } from '../problem.ts';
import type { Action, Actor, Can, Level, Resource } from '../rights.ts';
import { isOwnSite } from './same-site.ts';
import type { LiveSession, Sessions } from './sessions.ts';

export const COOKIE = 'headset_session';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do. `public` needs no session. */
    right?: readonly [Action, Resource] | 'public';
  }
  interface FastifyRequest {
    guarded: Guarded | null;
  }
}

/** Who asks, and how far the right reaches: for the statements. */
export type Guarded = { actor: Actor; session: LiveSession; level: Level };

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A route as it was registered. */
export type GuardedRoute = { method: string; url: string; right: readonly [Action, Resource] | 'public' | undefined };

/** Returns the list of all routes, which grows as they are registered after this. */
export function registerGuard(app: FastifyInstance, sessions: Sessions, can: Can): readonly GuardedRoute[] {
  const routes: GuardedRoute[] = [];
  app.decorateRequest('guarded', null);
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api') && !route.config?.right)
      throw new Error(`${String(route.method)} ${route.url} does not say which right it needs`);
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, right: route.config?.right });
  });
  app.addHook('onRequest', async (request) => {
    if (!SAFE_METHODS.has(request.method) && !isOwnSite(request.headers)) throw problems.crossSite();
    const { right } = request.routeOptions.config;
    if (right === undefined || right === 'public') return;
    const session = await sessions.find(request.cookies[COOKIE]);
    if (!session) throw problems.unauthenticated();
    const actor = actorOf(session);
    const level = can(actor, ...right);
    if (level === 'none') throw problems.forbidden();
    request.guarded = { actor, session, level };
  });
  return routes;
}

export const actorOf = (session: LiveSession): Actor => ({
  agentId: session.agentId,
  teamId: session.teamId,
  role: session.role,
});

/** Who asks. On public routes there is nobody to ask for. */
export function guardedOf(request: FastifyRequest): Guarded {
  if (!request.guarded) throw problems.unauthenticated();
  return request.guarded;
}
