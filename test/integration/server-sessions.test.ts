import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { loginHintsSchema, phoneAccountSchema } from '../../server/src/contract/session.ts';
import { get, logIn, openDesk, post, startServer, type ServerUnderTest } from '../server-under-test.ts';
import { until } from '../until.ts';

let server: ServerUnderTest;

beforeAll(async () => {
  server = await startServer({
    environment: { DEMO_LOGINS: 'true', DEMO_CALL_URL: 'http://carrier:secret@127.0.0.1:9/call?from={from}&to={to}' },
  });
});
afterAll(() => server.close());

const auditOf = async (action: string) =>
  server.db.execute<{ actor_id: string | null; ip: string; resource_id: string | null }>(
    sql`select actor_id, ip, resource_id from audit where action = ${action} order by at desc limit 1`,
  );

describe('logging in', () => {
  test('gives a cookie that scripts and other sites cannot use, and says who one is', async () => {
    const answer = await post(server, '/api/session', { login: ' Olga ', password: 'headset' });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^headset_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(await answer.json()).toMatchObject({
      agent: { login: 'olga', extension: '1001', locale: 'ru' },
      organisation: { areaCode: '4712', country: 'RU' },
      demo: true,
    });
    expect((await auditOf('logged_in'))[0]).toMatchObject({ actor_id: expect.any(String), ip: '127.0.0.1' });
  });

  test('keeps the hash of the token alone', async () => {
    const token = (await logIn(server, 'olga')).split('=')[1] ?? '';
    const rows = await server.db.execute<{ token_hash: string }>(sql`select token_hash from sessions`);
    const hashes = rows.map((row) => row.token_hash);
    expect(hashes).toContain(createHash('sha256').update(token).digest('hex'));
    expect(hashes).not.toContain(token);
  });

  test('with a wrong password or an unknown login is refused alike, and told to the audit', async () => {
    const wrong = await post(server, '/api/session', { login: 'svetlana', password: 'Headset' });
    const unknown = await post(server, '/api/session', { login: 'nobody', password: 'headset' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
    expect((await auditOf('login_refused'))[0]).toMatchObject({ actor_id: null, ip: '127.0.0.1' });
  });

  test('for a login is refused after ten failures, even with the right password', async () => {
    const attempt = (password: string) => post(server, '/api/session', { login: 'pavel', password });
    for (let i = 0; i < 10; i++) expect((await attempt('guess')).status).toBe(401);
    const eleventh = await attempt('headset');
    expect(eleventh.status).toBe(429);
    expect(await eleventh.json()).toMatchObject({ code: 'too_many_requests', retryAfterSeconds: expect.any(Number) });
    expect(Number(eleventh.headers.get('retry-after'))).toBeGreaterThan(200);
    expect((await post(server, '/api/session', { login: 'svetlana', password: 'headset' })).status).toBe(200);
  });

  test('the demo logins are told while bound to loopback', async () => {
    const hints = loginHintsSchema.parse(await (await get(server, '/api/session/hints')).json());
    expect(hints.demoLogins.map(({ login }) => login)).toEqual(['olga', 'pavel', 'svetlana', 'admin']);
  });

  test('the demo logins are neither told nor open anything once others can reach the server', async () => {
    const open = await startServer({ environment: { DEMO_LOGINS: 'true', HOST: '0.0.0.0' } });
    try {
      const hints = loginHintsSchema.parse(await (await get(open, '/api/session/hints')).json());
      expect(hints.demoLogins).toEqual([]);
      expect((await post(open, '/api/session', { login: 'olga', password: 'headset' })).status).toBe(401);
    } finally {
      await open.close();
    }
  });
});

describe('requests from another site', () => {
  test.each([
    ['Origin', { origin: 'https://evil.example' }],
    ['an Origin on another port', { origin: 'http://127.0.0.1:1' }],
    ['an opaque Origin', { origin: 'null' }],
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('told by %s are refused, cookie or not', async (_name, headers) => {
    const cookie = await logIn(server, 'olga');
    for (const path of ['/api/session', '/api/clients']) {
      const answer = await post(server, path, { login: 'olga', password: 'headset' }, { ...headers, cookie });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'cross_site' });
    }
  });

  test('our own page is let through', async () => {
    const headers = { origin: server.url, 'sec-fetch-site': 'same-origin' };
    expect((await post(server, '/api/session', { login: 'olga', password: 'headset' }, headers)).status).toBe(200);
  });
});

describe('a session', () => {
  test('ends with logging out: its cookie is worth nothing and its desks close', async () => {
    const cookie = await logIn(server, 'olga');
    const others = await openDesk(server, await logIn(server, 'svetlana'));
    const desk = await openDesk(server, cookie);
    const answer = await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie } });
    expect(answer.status).toBe(204);
    await until('the desk to be told', () => desk.ended.includes('logged_out') && !desk.socket.connected);
    expect((await get(server, '/api/session', cookie)).status).toBe(401);
    await expect(openDesk(server, cookie)).rejects.toThrow('unauthenticated');
    expect(others.socket.connected).toBe(true);
  });

  test('that has expired is no session, and its desks close', async () => {
    const cookie = await logIn(server, 'svetlana');
    await server.db.execute(sql`update sessions set expires_at = now() + interval '1 second'`);
    const desk = await openDesk(server, cookie);
    await until('the desk to be told', () => desk.ended.includes('expired'));
    expect((await get(server, '/api/session', cookie)).status).toBe(401);
  });

  test('of an agent who was deactivated is none', async () => {
    const cookie = await logIn(server, 'admin');
    await server.db.execute(sql`update agents set active = false where login = 'admin'`);
    expect((await get(server, '/api/session', cookie)).status).toBe(401);
    await server.db.execute(sql`update agents set active = true where login = 'admin'`);
  });

  test('gives the phone account of its own agent', async () => {
    const account = async (login: 'olga' | 'svetlana') =>
      phoneAccountSchema.parse(await (await get(server, '/api/session/phone', await logIn(server, login))).json());
    expect(await account('olga')).toMatchObject({
      uri: 'sip:1001@127.0.0.1',
      username: '1001',
      displayName: 'Ольга Ветрова',
    });
    expect((await account('olga')).password).not.toBe((await account('svetlana')).password);
  });
});

test('the carrier that does not answer makes the demo unavailable', async () => {
  const answer = await post(server, '/api/demo/calls', {}, { cookie: await logIn(server, 'olga') });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'unavailable' });
});

test('what people type is not in the log', async () => {
  const cookie = await logIn(server, 'olga');
  await get(server, `/api/clients?q=${encodeURIComponent('+7 495 000-77-88')}`, cookie);
  await get(server, `/api/clients?q=${encodeURIComponent('Секретов')}`, cookie);
  await get(server, '/api/calls?number=4950007788', cookie);
  await get(server, '/api/calls?cursor=4950007788', cookie);
  await get(server, '/api/calls/main-4950007788.1', cookie);
  await post(server, '/api/clients', { name: 'Секретов', phones: ['4950007788', 7] }, { cookie });
  await post(server, '/api/session', { login: 'Секретов', password: 'correct horse' });
  await post(server, '/api/session', { login: 'olga', password: 'correct horse' });
  const logged = server.logged();
  expect(logged).toContain('"route":"/api/calls"');
  for (const secret of [
    '7788',
    'Секретов',
    encodeURIComponent('Секретов'),
    'correct horse',
    cookie.split('=')[1] ?? '',
    'Ветрова',
  ])
    expect(logged).not.toContain(secret);
});
