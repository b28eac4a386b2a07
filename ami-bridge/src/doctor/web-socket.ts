/** Shakes hands with the PBX's WebSocket as a browser's phone would (RFC 7118: subprotocol `sip`). */
import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { WebSocketFacts } from './facts.ts';

const PATIENCE_MS = 3_000;
/** What Node calls certificates that cannot be trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

export function tryWebSocket(url: string): Promise<WebSocketFacts> {
  const { protocol, host, pathname } = new URL(url);
  const [send, scheme] = protocol === 'wss:' ? [httpsRequest, 'https'] : [httpRequest, 'http'];
  return new Promise((resolve) => {
    const asked = send(`${scheme}://${host}${pathname}`, {
      timeout: PATIENCE_MS,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        'sec-websocket-protocol': 'sip',
      },
    });
    const tell = (state: WebSocketFacts['state']): void => {
      asked.destroy();
      resolve({ url, state });
    };
    asked.once('upgrade', (response: IncomingMessage, socket: Socket) => {
      socket.destroy();
      tell(response.headers['sec-websocket-protocol'] === 'sip' ? 'answers' : 'no_sip');
    });
    asked.once('response', () => tell('no_sip'));
    asked.once('timeout', () => tell('unreachable'));
    asked.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? '';
      tell(code === 'ECONNREFUSED' ? 'refused' : CERTIFICATE.test(code) ? 'untrusted' : 'unreachable');
    });
    asked.end();
  });
}
