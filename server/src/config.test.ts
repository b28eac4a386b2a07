import { expect, test } from 'vitest';
import { isLoopback, readConfig } from './config.ts';

const environment = {
  DATABASE_URL: 'postgres://headset:x@127.0.0.1:5433/headset',
  BRIDGE_TOKEN: '0123456789abcdef',
  PBX_WEBSOCKET_URL: 'ws://127.0.0.1:8088/ws',
  SIP_DOMAIN: '127.0.0.1',
  UI_DIR: 'agent-ui/build',
};

test('what is not said has a careful default', () => {
  expect(readConfig(environment)).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    demoCallUrl: null,
    demoLogins: false,
    secureCookies: false,
  });
});

test('demo logins are never shown when others can connect, and cookies are secure then', () => {
  const demo = { ...environment, DEMO_LOGINS: 'true' };
  expect(readConfig(demo)).toMatchObject({ demoLogins: true, secureCookies: false });
  for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'headset.example'])
    expect(readConfig({ ...demo, HOST })).toMatchObject({ demoLogins: false, secureCookies: true });
});

test.each([
  ['DATABASE_URL', 'mysql://x'],
  ['PORT', '70000'],
  ['BRIDGE_TOKEN', 'short'],
  ['PBX_WEBSOCKET_URL', 'http://x'],
  ['SIP_DOMAIN', 'a b'],
  ['DEMO_CALL_URL', 'http://carrier/?to={to}'],
  ['LOG_LEVEL', 'loud'],
])('a wrong %s is named', (name, value) => {
  expect(() => readConfig({ ...environment, [name]: value })).toThrow(
    new RegExp(`^The server's environment is wrong:\n  ${name}: `),
  );
});

test('loopback is told from the rest', () => {
  expect(['localhost', '127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '12.7.0.1', '1127.0.0.1', 'localhost.example', '::ffff:192.0.2.1'].some(isLoopback)).toBe(
    false,
  );
});
