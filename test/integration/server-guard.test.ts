import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../../server/src/contract/errors.ts';
import { get, logIn, openDesk, post, startServer, type ServerUnderTest } from '../server-under-test.ts';

/** Nobody may do anything: what a role without rights would meet. */
let powerless: ServerUnderTest;
let server: ServerUnderTest;
let cookie: string;
let powerlessCookie: string;

beforeAll(async () => {
  const environment = { DEMO_CALL_URL: 'http://127.0.0.1:9/{from}/{to}' };
  server = await startServer({ environment });
  powerless = await startServer({ environment, can: () => 'none' });
  cookie = await logIn(server, 'olga');
  powerlessCookie = await logIn(powerless, 'olga');
});
afterAll(async () => {
  await server.close();
  await powerless.close();
});

/** All that the app serves, as it was registered: a new route is in the list by itself. */
const routes = () => server.app.routes.filter(({ url }) => url.startsWith('/api'));
const addressOf = (url: string) => url.replace(':id', '0176f075-7c00-7193-9f25-506489b03f97').replace('*', 'x');

test('the list of routes is the whole interface', () => {
  expect(routes().length).toBeGreaterThan(12);
  expect(
    routes()
      .filter(({ right }) => right === 'public')
      .map(({ method, url }) => `${method} ${url}`)
      .sort(),
  ).toEqual(['GET /api/session/hints', 'HEAD /api/session/hints', 'POST /api/session']);
});

test('every route refuses who has no session, an unknown one, or a forged one', async () => {
  for (const { method, url, right } of routes()) {
    if (right === 'public') continue;
    for (const headers of [
      {},
      { cookie: 'headset_session=' },
      { cookie: `headset_session=${'A'.repeat(43)}` },
      { cookie: 'headset_session=%00%' },
    ]) {
      const answer = await fetch(server.url + addressOf(url), { method, headers });
      expect([method, url, answer.status]).toEqual([method, url, 401]);
      if (method !== 'HEAD') expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
    }
  }
});

test('every route refuses whose role has not the right', async () => {
  for (const { method, url, right } of routes()) {
    if (right === 'public') continue;
    const answer = await fetch(powerless.url + addressOf(url), { method, headers: { cookie: powerlessCookie } });
    expect([method, url, answer.status]).toEqual([method, url, 403]);
  }
});

test('a desk opens and obeys only with the right', async () => {
  await expect(openDesk(server, 'headset_session=nothing')).rejects.toThrow('unauthenticated');
  await expect(openDesk(powerless, powerlessCookie)).rejects.toThrow('forbidden');
  const onlyLooking = await startServer({
    can: (_actor, action, resource) => (action === 'read' && resource === 'desk' ? 'own' : 'none'),
  });
  try {
    const desk = await openDesk(onlyLooking, await logIn(onlyLooking, 'olga'));
    expect(await desk.command({ name: 'beReady' })).toEqual({ ok: false, code: 'forbidden' });
    expect(await desk.command({ name: 'pause', reason: 'lunch' })).toEqual({ ok: false, code: 'forbidden' });
    const bind = { name: 'bindClient', callId: 'main-1.1', clientId: crypto.randomUUID() } as const;
    expect(await desk.command(bind)).toEqual({ ok: false, code: 'forbidden' });
  } finally {
    await onlyLooking.close();
  }
});

test('a route that names no right cannot be registered', async () => {
  const { default: Fastify } = await import('fastify');
  const { registerGuard } = await import('../../server/src/sessions/guard.ts');
  const app = Fastify();
  registerGuard(app as never, {} as never, () => 'all');
  expect(() => app.get('/api/secret', async () => 'x')).toThrow('does not say which right it needs');
});

describe('levels', () => {
  test('metrics are for this machine and for administrators', async () => {
    expect(await (await get(server, '/metrics')).text()).toContain('headset_facts_total');
    const through = (login?: string) =>
      fetch(`${server.url}/metrics`, {
        headers: { 'x-forwarded-for': '203.0.113.9', ...(login ? { cookie: login } : {}) },
      });
    expect((await through()).status).toBe(401);
    expect((await through(cookie)).status).toBe(403);
    expect((await through(await logIn(server, 'admin'))).status).toBe(200);
  });
});

describe('malformed requests', () => {
  test.each([
    ['/api/calls?limit=0', 'limit'],
    ['/api/calls?limit=1000', 'limit'],
    ['/api/calls?from=yesterday', 'from'],
    ['/api/calls?clientId=1', 'clientId'],
    ['/api/clients/1', 'id'],
  ])('%s is refused, naming the field', async (path, field) => {
    const answer = await get(server, path, cookie);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'invalid', fields: [{ path: field }] });
  });

  test.each(['/api/calls', '/api/clients', '/api/agents', '/api/queues'])(
    '%s refuses a cursor that is not its own',
    async (path) => {
      for (const cursor of ['x', 'bnVsbA', Buffer.from('["\\u0000","x","y"]').toString('base64url')])
        expect((await get(server, `${path}?cursor=${cursor}`, cookie)).status).toBe(400);
    },
  );

  test('broken JSON, a foreign type and a huge body are refused', async () => {
    const send = (body: string, type = 'application/json') =>
      fetch(`${server.url}/api/clients`, { method: 'POST', headers: { cookie, 'content-type': type }, body });
    expect((await send('{')).status).toBe(400);
    expect((await send('<a/>', 'text/xml')).status).toBe(400);
    expect((await send(JSON.stringify({ name: 'x'.repeat(300_000) }))).status).toBe(400);
    expect((await send(JSON.stringify({ name: ' ' }))).status).toBe(400);
  });

  test('an address that nobody serves is not found, and is no page', async () => {
    const answer = await get(server, '/api/nothing', cookie);
    expect([answer.status, problemSchema.parse(await answer.json()).code]).toEqual([404, 'not_found']);
  });

  test('names with NUL are refused or cleaned, never a failure of ours', async () => {
    const answer = await post(server, '/api/clients', { name: 'A\u0000B', phones: ['\u0000'] }, { cookie });
    expect(answer.status).toBe(400);
  });
});

describe('the interface describes itself', () => {
  test('as OpenAPI 3.1 with every route, and as a page under the strict policy', async () => {
    const document = z
      .object({ openapi: z.literal('3.1.0'), paths: z.record(z.string(), z.unknown()) })
      .parse(await (await get(server, '/api/openapi.json', cookie)).json());
    const described = new Set(Object.keys(document.paths));
    for (const { url } of routes())
      if (!['/api/docs', '/api/openapi.json'].includes(url))
        expect(described).toContain(url.replace(/:(\w+)/g, '{$1}'));
    const page = await get(server, '/api/docs', cookie);
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe-(inline|eval)/);
    const html = await page.text();
    expect(html).toContain('<code>/api/calls/{id}</code>');
    expect(html).not.toMatch(/<script|<style|style=/);
  });
});
