/** Serves the built screen without anything behind it: enough for the gallery, for its pictures and for the check with axe. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { contentSecurityPolicy, inlineScriptHashes } from '../server/src/security-headers.ts';
import { repositoryRoot } from './instance.ts';

const buildDir = path.join(repositoryRoot, 'agent-ui/build');
const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** On a free loopback port, under the product's own Content-Security-Policy. A file, or else the one page. */
export async function serveGallery(): Promise<{ address: string; close: () => Promise<void> }> {
  const indexHtml = await readFile(path.join(buildDir, 'index.html'), 'utf8');
  const directives = contentSecurityPolicy('ws://127.0.0.1:8088/ws', inlineScriptHashes(indexHtml));
  const policy = Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const extension = path.extname(pathname);
    const file = path.join(buildDir, path.normalize(pathname));
    const content = extension ? readFile(file) : Promise.resolve(indexHtml);
    content.then(
      (body) => {
        response.setHeader('content-security-policy', policy);
        response.setHeader('content-type', contentTypes[extension || '.html'] ?? 'application/octet-stream');
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('the gallery has no port');
  return {
    address: `http://127.0.0.1:${at.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
