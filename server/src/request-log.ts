/** One line and one measurement for each request, by its route: addresses hold what people searched for. */
import type { App } from './http.ts';
import type { Metrics } from './metrics.ts';

const UNREMARKABLE = new Set(['/health', '/ready', '/metrics']);

export function registerRequestLog(app: App, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpSeconds.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
    if (UNREMARKABLE.has(route)) return;
    request.log.info({ method, route, status, ms: Math.round(reply.elapsedTime) }, 'request');
  });
}
