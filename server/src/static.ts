/** The built screen: one page for every address that is not a file and not ours. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './http.ts';
import { problems, sendProblem } from './problem.ts';

/** Null while the screen is not built. */
export async function readIndexHtml(uiDir: string): Promise<string | null> {
  return readFile(path.join(uiDir, 'index.html'), 'utf8').catch(() => null);
}

export async function serveScreen(app: App, uiDir: string, indexHtml: string | null): Promise<void> {
  if (indexHtml !== null)
    await app.register(fastifyStatic, {
      root: path.resolve(uiDir),
      index: false,
      cacheControl: false,
      setHeaders: (reply, file) => {
        // Names under immutable/ hold a hash of what is in them.
        const immutable = file.includes(`${path.sep}_app${path.sep}immutable${path.sep}`);
        reply.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });

  const sendPage = async (_request: FastifyRequest, reply: FastifyReply) => {
    if (indexHtml === null)
      return reply.status(503).type('text/plain').send('The screen is not built. `npm start` builds it.\n');
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(indexHtml);
  };
  // @fastify/static takes it for a folder that may not be listed.
  app.get('/', { schema: { hide: true } }, sendPage);
  app.setNotFoundHandler(async (request, reply) =>
    isPage(request) ? sendPage(request, reply) : sendProblem(reply, problems.notFound()),
  );
}

/** A browser asking for an address of the screen, not for a file that is missing. */
const isPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  !/^\/(api|socket\.io|_app)(\/|\?|$)/.test(url) &&
  (headers.accept ?? '').includes('text/html');
