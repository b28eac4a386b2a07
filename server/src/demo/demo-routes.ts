/** `/api/demo/calls`: asks the demo carrier to call in. There only while a demo carrier stands behind the PBX. */
import { randomInt } from 'node:crypto';
import type { Database } from '@headset/db';
import { ownersOfNumbers } from '@headset/db/queries/event-pipeline';
import { demoCallers } from '@headset/db/seed';
import { demoCallAnswerSchema, demoCallSchema } from '../contract/directory.ts';
import type { App } from '../http.ts';
import { problems } from '../problem.ts';

/** The demo's main number, as the carrier delivers it. */
const DEMO_NUMBER = '74950000100';
const CARRIER_DEADLINE_MS = 3_000;

export function demoRoutes(app: App, { db, demoCallUrl }: { db: Database; demoCallUrl: string }): void {
  app.route({
    method: 'POST',
    url: '/api/demo/calls',
    config: { right: ['create', 'demo_calls'] },
    schema: {
      tags: ['demo'],
      summary: 'Be called by the demo carrier',
      body: demoCallSchema,
      response: { 202: demoCallAnswerSchema },
    },
    handler: async (request, reply) => {
      const number = await callerNumber(db, request.body.caller);
      const { url, headers } = carrierRequest(demoCallUrl, number?.replace('+', '') ?? 'anonymous');
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        signal: AbortSignal.timeout(CARRIER_DEADLINE_MS),
      }).catch(() => null);
      if (!answer?.ok) throw problems.unavailable();
      return reply.status(202).send({ number });
    },
  });
}

async function callerNumber(db: Database, caller: 'client' | 'unknown' | 'hidden'): Promise<string | null> {
  switch (caller) {
    case 'hidden':
      return null;
    case 'client': {
      const { clients } = demoCallers();
      return clients[randomInt(clients.length)] ?? null;
    }
    case 'unknown':
      for (;;) {
        // Local parts that begin with 0 are nobody's in Moscow.
        const number = `+74950${String(randomInt(1_000_000)).padStart(6, '0')}`;
        if ((await ownersOfNumbers(db.$client, [number])).length === 0) return number;
      }
  }
}

/** fetch refuses a URL with credentials: they go into the header. */
export function carrierRequest(template: string, from: string): { url: string; headers: Record<string, string> } {
  const url = new URL(template.replace('{from}', encodeURIComponent(from)).replace('{to}', DEMO_NUMBER));
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const headers: Record<string, string> = {};
  if (url.username !== '') headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  url.username = '';
  url.password = '';
  return { url: url.href, headers };
}
