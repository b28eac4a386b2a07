/**
 * Against requests that another site makes with our user's cookie. The cookie is SameSite=Strict; on top of it, what a browser says about
 * where a request came from must be our own screen. What is no browser says nothing, and carries no cookie by itself.
 */
import type { IncomingHttpHeaders } from 'node:http';

export function isOwnSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  // The scheme is left out: behind a proxy that ends TLS we see http.
  return URL.canParse(origin) && new URL(origin).host === host;
}
