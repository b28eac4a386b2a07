/** The interface, described by itself: OpenAPI 3.1 at /api/openapi.json, for people at /api/docs. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { App } from '../http.ts';
import { docsPage } from './docs-page.ts';

export async function registerOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Headset',
        description:
          'The contact-centre workstation for Asterisk. Errors are RFC 9457 problem documents with a closed set of codes.',
        version: '0.1.0',
      },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'headset_session' } },
      },
    },
    transform: (input) => {
      const transformed = jsonSchemaTransform(input);
      const { right } = input.route.config ?? {};
      const security = right === 'public' || right === undefined ? [] : [{ session: [] }];
      const description = Array.isArray(right) ? `Right: ${right.join(':')}` : 'No session is needed.';
      return { url: transformed.url, schema: { ...transformed.schema, security, description } };
    },
  });
}

export function docsRoutes(app: App): void {
  const config = { right: ['read', 'docs'] } as const;
  app.get('/api/openapi.json', { config, schema: { hide: true } }, async () => app.swagger());
  app.get('/api/docs', { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docsPage(app.swagger())),
  );
}
