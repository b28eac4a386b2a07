/** `/api/calls`: the log. */
import type { Database } from '@headset/db';
import { findCall, listCalls } from '@headset/db/queries/calls';
import { z } from 'zod';
import type { Roster } from '../agents/roster.ts';
import { callDetailSchema, callFilterSchema, callPageSchema } from '../contract/calls.ts';
import type { App } from '../http.ts';
import { problems } from '../problem.ts';
import { scopeOf } from '../scope.ts';
import { guardedOf } from '../sessions/guard.ts';
import { e164Of } from './caller-number.ts';

/** Fewer digits of a number's end would match a good part of the log. */
const SHORTEST_END = 4;

export function callRoutes(app: App, { db, roster }: { db: Database; roster: Roster }): void {
  const tags = ['calls'];

  app.route({
    method: 'GET',
    url: '/api/calls',
    config: { right: ['read', 'calls'] },
    schema: {
      tags,
      summary: 'The call log, newest first',
      querystring: callFilterSchema,
      response: { 200: callPageSchema },
    },
    handler: async (request) => {
      const { number, ...filter } = request.query;
      const digits = (number ?? '').replace(/\D/g, '');
      // A number that cannot be one is not in the log.
      if (number && digits.length < SHORTEST_END) return { items: [], nextCursor: null };
      return listCalls(db, {
        ...filter,
        scope: scopeOf(guardedOf(request)),
        ...(number ? { numberE164: e164Of(number, roster.organisation) ?? undefined, numberEnd: digits } : {}),
      });
    },
  });

  app.route({
    method: 'GET',
    url: '/api/calls/:id',
    config: { right: ['read', 'calls'] },
    schema: {
      tags,
      summary: 'One call with its legs and its stays in queues',
      params: z.object({ id: z.string().max(128) }),
      response: { 200: callDetailSchema },
    },
    handler: async (request) => {
      const call = await findCall(db, request.params.id, scopeOf(guardedOf(request)));
      if (!call) throw problems.notFound();
      return call;
    },
  });
}
