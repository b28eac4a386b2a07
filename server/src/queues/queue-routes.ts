/** `/api/queues`: what callers wait in. */
import type { Database } from '@headset/db';
import { listQueues } from '@headset/db/queries/queues';
import { queuePageSchema } from '../contract/directory.ts';
import { pageQuerySchema } from '../contract/paging.ts';
import type { App } from '../http.ts';

export function queueRoutes(app: App, { db }: { db: Database }): void {
  app.route({
    method: 'GET',
    url: '/api/queues',
    config: { right: ['read', 'queues'] },
    schema: {
      tags: ['queues'],
      summary: 'Queues by code',
      querystring: pageQuerySchema,
      response: { 200: queuePageSchema },
    },
    handler: async (request) => {
      const page = await listQueues(db, request.query);
      const items = page.items.map(({ id, code, nameRu, nameEn }) => ({ id, code, nameRu, nameEn }));
      return { items, nextCursor: page.nextCursor };
    },
  });
}
