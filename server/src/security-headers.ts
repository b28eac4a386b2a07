/** What pages of ours may do: run our own scripts, talk to us and to the PBX's WebSocket, use the microphone. Nothing else. */
import { createHash } from 'node:crypto';
import helmet from '@fastify/helmet';
import type { Config } from './config.ts';
import type { App } from './http.ts';

/** Content-Security-Policy hashes of a page's inline scripts: SvelteKit starts the screen with one. */
export function inlineScriptHashes(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
}

export function contentSecurityPolicy(
  pbxWebSocketUrl: string,
  scriptHashes: readonly string[],
): Record<string, string[]> {
  const self = "'self'";
  const none = "'none'";
  return {
    'default-src': [self],
    'script-src': [self, ...scriptHashes],
    'script-src-attr': [none],
    'style-src': [self],
    // SvelteKit hides the element in which it announces each new page to screen readers by one style attribute, always the same.
    'style-src-attr': ["'unsafe-hashes'", "'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='"],
    'img-src': [self, 'data:'],
    'media-src': [self, 'blob:'],
    'connect-src': [self, new URL(pbxWebSocketUrl).origin],
    'object-src': [none],
    'base-uri': [none],
    'form-action': [self],
    'frame-ancestors': [none],
  };
}

const PERMISSIONS = [
  'microphone=(self)',
  'speaker-selection=(self)',
  'autoplay=(self)',
  'camera=()',
  'geolocation=()',
  'payment=()',
  'usb=()',
  'display-capture=()',
].join(', ');

export async function registerSecurityHeaders(app: App, config: Config, indexHtml: string | null): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: contentSecurityPolicy(
        config.pbxWebSocketUrl,
        indexHtml === null ? [] : inlineScriptHashes(indexHtml),
      ),
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    // On loopback there is no HTTPS to insist on.
    strictTransportSecurity: config.secureCookies,
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('permissions-policy', PERMISSIONS);
    if (request.url.startsWith('/api') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}
