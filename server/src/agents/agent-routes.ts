/** `/api/agents`: colleagues and what they are doing, for filters, transfers and presence. */
import type { Database } from '@headset/db';
import { listAgents, type Agent } from '@headset/db/queries/agents';
import type { AgentState } from '../contract/desk.ts';
import { agentPageSchema } from '../contract/directory.ts';
import { pageQuerySchema } from '../contract/paging.ts';
import type { App } from '../http.ts';
import { scopeOf } from '../scope.ts';
import { guardedOf } from '../sessions/guard.ts';

export function agentRoutes(app: App, { db, stateOf }: { db: Database; stateOf: (agent: Agent) => AgentState }): void {
  app.route({
    method: 'GET',
    url: '/api/agents',
    config: { right: ['read', 'agents'] },
    schema: {
      tags: ['agents'],
      summary: 'Agents by name',
      querystring: pageQuerySchema,
      response: { 200: agentPageSchema },
    },
    handler: async (request) => {
      const page = await listAgents(db, { ...request.query, scope: scopeOf(guardedOf(request)) });
      const items = page.items.map((agent) => ({
        id: agent.id,
        displayName: agent.displayName,
        extension: agent.extension,
        teamId: agent.teamId,
        state: stateOf(agent),
      }));
      return { items, nextCursor: page.nextCursor };
    },
  });
}
