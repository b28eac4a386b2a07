/** Figures for Prometheus: one registry of each app, so that tests can run several. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    facts: new Counter({ name: 'headset_facts_total', help: 'Facts committed to the ledger', registers }),
    rejected: new Counter({
      name: 'headset_rejected_deliveries_total',
      help: 'Deliveries set aside because they could not be understood',
      registers,
    }),
    anomalies: new Counter({
      name: 'headset_anomalies_total',
      help: 'Facts that were impossible in the state of their call',
      labelNames: ['anomaly'] as const,
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'headset_commit_seconds',
      help: 'Time of one transaction of the event pipeline',
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    }),
    commitFailures: new Counter({
      name: 'headset_commit_failures_total',
      help: 'Attempts of the event pipeline that the database failed',
      registers,
    }),
    pops: new Counter({ name: 'headset_pops_total', help: 'Screen pops sent', registers }),
    desks: new Gauge({ name: 'headset_desks', help: 'Desk sockets connected', registers }),
    liveCalls: new Gauge({ name: 'headset_live_calls', help: 'Calls alive now', registers }),
    pbxConnected: new Gauge({
      name: 'headset_pbx_connected',
      help: '1 while the PBX and its bridge are there',
      labelNames: ['pbx'] as const,
      registers,
    }),
    logins: new Counter({
      name: 'headset_logins_total',
      help: 'Attempts to log in',
      labelNames: ['outcome'] as const,
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'headset_http_request_seconds',
      help: 'Time of HTTP requests',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
  };
}

/** Event loop, memory, garbage: once in a process. */
export const collectProcessMetrics = (metrics: Metrics): void => collectDefaultMetrics({ register: metrics.registry });
