/** `/api/session`: logging in, who I am, logging out; `/api/session/phone`: my softphone's account; `/api/session/hints`: before login. */
import type { Database } from '@headset/db';
import { findPhoneOf } from '@headset/db/queries/agents';
import { DEMO_PASSWORD } from '@headset/db/seed';
import { z } from 'zod';
import type { Roster } from '../agents/roster.ts';
import { isLoopback, type Config } from '../config.ts';
import { loginHintsSchema, loginSchema, phoneAccountSchema, sessionSchema, type Session } from '../contract/session.ts';
import { demoLoginsOf } from '../demo/demo-logins.ts';
import type { App } from '../http.ts';
import type { Metrics } from '../metrics.ts';
import { ProblemError, problems } from '../problem.ts';
import { rightsOf } from '../rights.ts';
import { COOKIE, guardedOf } from './guard.ts';
import type { LiveSession, Sessions } from './sessions.ts';

export type SessionRoutesOptions = {
  config: Config;
  db: Database;
  roster: Roster;
  sessions: Sessions;
  metrics: Metrics;
};

export function sessionRoutes(app: App, { config, db, roster, sessions, metrics }: SessionRoutesOptions): void {
  const tags = ['session'];
  const cookieOptions = { path: '/', httpOnly: true, sameSite: 'strict', secure: config.secureCookies } as const;

  const describe = (session: LiveSession): Session => {
    const { name, zone, locale, country, areaCode } = roster.organisation;
    return {
      agent: {
        id: session.agentId,
        login: session.login,
        displayName: session.displayName,
        role: session.role,
        teamId: session.teamId,
        extension: session.extension,
        locale: session.locale,
      },
      rights: rightsOf(session.role),
      organisation: { name, zone, locale, country, areaCode },
      pauseReasons: roster.pauseReasons.map(({ code, nameRu, nameEn }) => ({ code, nameRu, nameEn })),
      demo: config.demoCallUrl !== null,
    };
  };

  app.route({
    method: 'POST',
    url: '/api/session',
    config: { right: 'public' },
    schema: { tags, summary: 'Log in', body: loginSchema, response: { 200: sessionSchema } },
    handler: async (request, reply) => {
      // Everybody knows the demo's password: it opens nothing that others can reach.
      if (request.body.password === DEMO_PASSWORD && !isLoopback(config.host)) throw problems.wrongCredentials();
      const { token, session } = await sessions.logIn({ ...request.body, ip: request.ip }).catch((error: unknown) => {
        metrics.logins.inc({ outcome: error instanceof ProblemError ? error.problem.code : 'failed' });
        throw error;
      });
      metrics.logins.inc({ outcome: 'ok' });
      reply.setCookie(COOKIE, token, { ...cookieOptions, expires: session.expiresAt });
      return describe(session);
    },
  });

  app.route({
    method: 'GET',
    url: '/api/session',
    config: { right: ['read', 'session'] },
    schema: { tags, summary: 'Who am I, and what may I do', response: { 200: sessionSchema } },
    handler: async (request) => describe(guardedOf(request).session),
  });

  app.route({
    method: 'DELETE',
    url: '/api/session',
    config: { right: ['delete', 'session'] },
    schema: { tags, summary: 'Log out', response: { 204: z.null() } },
    handler: async (request, reply) => {
      await sessions.logOut(guardedOf(request).session, request.ip);
      reply.clearCookie(COOKIE, cookieOptions);
      return reply.status(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/api/session/phone',
    config: { right: ['read', 'phone'] },
    schema: { tags, summary: 'The account of my softphone', response: { 200: phoneAccountSchema } },
    handler: async (request) => {
      const phone = await findPhoneOf(db, guardedOf(request).actor.agentId);
      if (!phone) throw problems.notFound();
      return {
        uri: `sip:${phone.extension}@${config.sipDomain}`,
        username: phone.extension,
        password: phone.sipSecret,
        displayName: phone.displayName,
        webSocketUrl: config.pbxWebSocketUrl,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/session/hints',
    config: { right: 'public' },
    schema: { tags, summary: 'Before login: is this a demo?', response: { 200: loginHintsSchema } },
    handler: async () => ({
      organisation: roster.organisation.name,
      locale: roster.organisation.locale,
      demoLogins: config.demoLogins ? demoLoginsOf(roster) : [],
    }),
  });
}
