/** Does an Asterisk answer? A process that hangs still accepts connections, so a word of its own is waited for. */
import { connect } from 'node:net';
import type { Instance } from '../scripts/instance.ts';
import type { Secrets } from '../scripts/secrets.ts';

const PATIENCE_MS = 2_000;

/** Asterisk greets whoever connects to AMI, before any login. */
export function amiGreets(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PATIENCE_MS, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('data', (greeting: Buffer) => settle(greeting.toString('latin1').startsWith('Asterisk Call Manager')));
  });
}

export async function ariAnswers(instance: Instance, secrets: Secrets): Promise<boolean> {
  const url = `http://127.0.0.1:${instance.ports.carrierAri}/ari/asterisk/ping?api_key=carrier:${secrets.carrierAriSecret}`;
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}
