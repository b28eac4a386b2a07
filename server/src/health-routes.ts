/** For supervisors and monitoring: /health (the process serves), /ready (with database and telephony), /metrics (Prometheus). */
import type { FastifyRequest } from 'fastify';
import { isLoopback } from './config.ts';
import type { App } from './http.ts';
import type { Metrics } from './metrics.ts';
import { problems } from './problem.ts';
import type { Can } from './rights.ts';
import { COOKIE, actorOf } from './sessions/guard.ts';
import type { Sessions } from './sessions/sessions.ts';

export type Readiness = { database: boolean; telephony: boolean; pipeline: boolean };

export type HealthRoutesOptions = { readiness: () => Readiness; metrics: Metrics; sessions: Sessions; can: Can };

export function healthRoutes(app: App, { readiness, metrics, sessions, can }: HealthRoutesOptions): void {
  const hidden = { schema: { hide: true } };

  app.get('/health', hidden, async () => ({ ok: true }));

  app.get('/ready', hidden, async (_request, reply) => {
    const parts = readiness();
    const ready = Object.values(parts).every(Boolean);
    return reply.status(ready ? 200 : 503).send({ ready, ...parts });
  });

  app.get('/metrics', hidden, async (request, reply) => {
    if (!isLocal(request)) {
      const session = await sessions.find(request.cookies[COOKIE]);
      if (!session) throw problems.unauthenticated();
      if (can(actorOf(session), 'read', 'metrics') === 'none') throw problems.forbidden();
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** From this machine itself, and not through a proxy on it. */
const isLocal = ({ ip, headers }: FastifyRequest): boolean =>
  isLoopback(ip) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
