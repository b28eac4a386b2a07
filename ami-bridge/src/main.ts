/** The bridge as a process: environment in, /health and /metrics on loopback, SIGTERM ends it cleanly. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Bridge } from './bridge.ts';
import { readConfig } from './config.ts';
import { bridgeMetrics } from './metrics.ts';

const BEAT_MS = 1_000;

function main(): void {
  const config = readConfig(process.env);
  const log = pino({ name: 'bridge', level: config.logLevel, base: { pbxId: config.pbxId } });
  const bridge = new Bridge(config, log);
  const registry = bridgeMetrics(bridge);
  const http = createServer((request, response) => {
    if (request.method !== 'GET') return answer(response, 405, 'text/plain', '');
    switch (request.url) {
      case '/health': {
        // Loss of PBX or server is a state to be shown, not a reason to be restarted.
        return answer(response, 200, 'application/json', JSON.stringify({ ok: true, ...bridge.beat() }));
      }
      case '/metrics':
        return void registry.metrics().then(
          (text) => answer(response, 200, registry.contentType, text),
          () => answer(response, 500, 'text/plain', ''),
        );
      default:
        return answer(response, 404, 'text/plain', '');
    }
  });
  http.listen(config.port, '127.0.0.1', () => log.info({ port: config.port }, 'bridge started'));
  bridge.start();
  beatToSupervisor();
  stopOn(['SIGTERM', 'SIGINT'], () => stop(http, bridge));
  process.once('disconnect', () => stop(http, bridge));
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** Sent by the event loop that does the work: when it hangs, the beats stop, and the supervisor kills us. */
function beatToSupervisor(): void {
  if (process.send === undefined) return;
  setInterval(() => process.send?.({ beat: true }), BEAT_MS).unref();
}

function stopOn(signals: NodeJS.Signals[], stop: () => void): void {
  for (const signal of signals) process.once(signal, stop);
}

function stop(http: Server, bridge: Bridge): void {
  bridge.stop();
  http.close();
  http.closeAllConnections();
  // Handles that are left belong to nobody now.
  process.exit(0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
