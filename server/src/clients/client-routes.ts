/** `/api/clients`: the base. */
import type { Database } from '@headset/db';
import { writeAudit } from '@headset/db/queries/audit';
import { bindCall } from '@headset/db/queries/calls';
import { searchClients } from '@headset/db/queries/client-search';
import { createClient, findClient } from '@headset/db/queries/clients';
import { z } from 'zod';
import type { Roster } from '../agents/roster.ts';
import { e164Of } from '../calls/caller-number.ts';
import { clientCardSchema, clientPageSchema, clientSearchSchema, newClientSchema } from '../contract/clients.ts';
import { normalisePhone, type NumberingPlan } from '../contract/phone-number.ts';
import type { App } from '../http.ts';
import { problems } from '../problem.ts';
import type { Can } from '../rights.ts';
import { clientScopeOf, scopeOf } from '../scope.ts';
import { guardedOf } from '../sessions/guard.ts';
import { cardOf, summaryOf } from './client-match.ts';

export type ClientRoutesOptions = {
  db: Database;
  roster: Roster;
  can: Can;
  /** The call has a client now. */
  callBound: (callId: string, clientId: string) => Promise<void>;
};

export function clientRoutes(app: App, { db, roster, can, callBound }: ClientRoutesOptions): void {
  const tags = ['clients'];

  app.route({
    method: 'GET',
    url: '/api/clients',
    config: { right: ['read', 'clients'] },
    schema: {
      tags,
      summary: 'Search by the beginning of a name, a number in any writing, an account',
      querystring: clientSearchSchema,
      response: { 200: clientPageSchema },
    },
    handler: async (request) => {
      const { q, limit, cursor } = request.query;
      const e164 = e164Of(q, roster.organisation);
      const page = await searchClients(db, { text: q, e164, scope: clientScopeOf(guardedOf(request)), limit, cursor });
      return { items: page.items.map(summaryOf), nextCursor: page.nextCursor };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/clients/:id',
    config: { right: ['read', 'clients'] },
    schema: {
      tags,
      summary: "A client's card",
      params: z.object({ id: z.uuid() }),
      response: { 200: clientCardSchema },
    },
    handler: async (request) => {
      const client = await findClient(db, request.params.id, clientScopeOf(guardedOf(request)));
      if (!client) throw problems.notFound();
      return cardOf(db, client);
    },
  });

  app.route({
    method: 'POST',
    url: '/api/clients',
    config: { right: ['create', 'clients'] },
    schema: {
      tags,
      summary: 'Make a client, and bind the call that brought them',
      body: newClientSchema,
      response: { 201: clientCardSchema },
    },
    handler: async (request, reply) => {
      const { callId, phones, ...fields } = request.body;
      const { actor } = guardedOf(request);
      const bindLevel = can(actor, 'update', 'calls');
      if (callId !== undefined && bindLevel === 'none') throw problems.forbidden();
      const client = await db.transaction(async (tx) => {
        const created = await createClient(tx, {
          ...fields,
          phones: phones.map((text) => readPhone(text, roster.organisation)),
        });
        const audit = { actorId: actor.agentId, ip: request.ip };
        await writeAudit(tx, { ...audit, action: 'created', resource: 'client', resourceId: created.id });
        if (callId !== undefined && bindLevel !== 'none') {
          if (!(await bindCall(tx, callId, created.id, scopeOf({ actor, level: bindLevel }))))
            throw problems.notFound();
          await writeAudit(tx, {
            ...audit,
            action: 'bound',
            resource: 'call',
            resourceId: callId,
            details: { clientId: created.id },
          });
        }
        return created;
      });
      if (callId !== undefined) await callBound(callId, client.id);
      return reply.status(201).send(await cardOf(db, client));
    },
  });
}

/** What cannot be read stays as it was written. */
function readPhone(written: string, plan: NumberingPlan) {
  const read = normalisePhone(written, plan);
  return read.kind === 'number'
    ? { e164: read.e164, written, extension: read.extension }
    : { e164: null, written, extension: null };
}
