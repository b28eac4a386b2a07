/**
 * The server, put together. The list of registrations below is the table of contents: what is not there, the product does not have.
 */
import fastifyCookie from '@fastify/cookie';
import type { Database } from '@headset/db';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { agentRoutes } from './agents/agent-routes.ts';
import { callRoutes } from './calls/call-routes.ts';
import { clientRoutes } from './clients/client-routes.ts';
import type { Config } from './config.ts';
import { demoRoutes } from './demo/demo-routes.ts';
import { docsRoutes, registerOpenApi } from './docs/openapi.ts';
import { healthRoutes } from './health-routes.ts';
import type { App } from './http.ts';
import { openLive, type Live } from './live.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { problems, registerProblems } from './problem.ts';
import { queueRoutes } from './queues/queue-routes.ts';
import { registerRequestLog } from './request-log.ts';
import { can as rightsTable, type Can } from './rights.ts';
import { registerSecurityHeaders } from './security-headers.ts';
import { registerGuard, type GuardedRoute } from './sessions/guard.ts';
import { sessionRoutes } from './sessions/session-routes.ts';
import { Sessions } from './sessions/sessions.ts';
import { readIndexHtml, serveScreen } from './static.ts';

export type AppOptions = {
  config: Config;
  db: Database;
  log: Logger;
  metrics?: Metrics;
  /** Tests take rights away, and shorten the time after which an absent agent is gone. */
  can?: Can;
  graceMs?: number;
};

export type HeadsetApp = { http: App; live: Live; routes: readonly GuardedRoute[]; close: () => Promise<void> };

/** Resolves when memory is read from Postgres, which may be a while coming; until then /ready says no. */
export async function buildApp({
  config,
  db,
  log,
  metrics = createMetrics(),
  can = rightsTable,
  graceMs,
}: AppOptions): Promise<HeadsetApp> {
  const loggerInstance: FastifyBaseLogger = log;
  const logController = new LogController({ disableRequestLogging: true });
  const http: App = Fastify({ loggerInstance, logController, bodyLimit: 256 * 1024 });
  http.setValidatorCompiler(validatorCompiler);
  http.setSerializerCompiler(serializerCompiler);
  const indexHtml = await readIndexHtml(config.uiDir);

  const sessions = new Sessions(db, (session) => live.sessionEnded(session));
  const live = openLive({ http, config, db, log, metrics, can, sessions, graceMs });
  const { roster } = live;

  registerProblems(http);
  registerRequestLog(http, metrics);
  await registerSecurityHeaders(http, config, indexHtml);
  await http.register(fastifyCookie);
  http.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/api') && !live.started()) throw problems.unavailable();
  });
  const routes = registerGuard(http, sessions, can);
  await registerOpenApi(http);

  http.after(() => {
    healthRoutes(http, { readiness: live.readiness, metrics, sessions, can });
    sessionRoutes(http, { config, db, roster, sessions, metrics });
    callRoutes(http, { db, roster });
    clientRoutes(http, { db, roster, can, callBound: live.callBound });
    agentRoutes(http, { db, stateOf: live.stateOf });
    queueRoutes(http, { db });
    if (config.demoCallUrl !== null) demoRoutes(http, { db, demoCallUrl: config.demoCallUrl });
    docsRoutes(http);
  });
  await serveScreen(http, config.uiDir, indexHtml);
  await http.ready();

  return {
    http,
    live,
    routes,
    close: async () => {
      await live.close();
      await http.close();
    },
  };
}
