import { expect, test } from 'vitest';
import { contentSecurityPolicy, inlineScriptHashes } from './security-headers.ts';

const html = `<!doctype html><script src="/theme.js"></script><script>start()</script><script type="module" async>import("/x.js")</script>`;

test('inline scripts are hashed, those with an address are not', () => {
  const hashes = inlineScriptHashes(html);
  expect(hashes).toHaveLength(2);
  // printf 'start()' | openssl dgst -sha256 -binary | base64
  expect(hashes[0]).toBe("'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='");
});

test('the policy trusts ourselves, these scripts and the phone socket, and nothing inline', () => {
  const policy = contentSecurityPolicy('wss://pbx.example:8089/ws', inlineScriptHashes(html));
  expect(policy['connect-src']).toEqual(["'self'", 'wss://pbx.example:8089']);
  expect(policy['script-src']).toHaveLength(3);
  expect(JSON.stringify(policy)).not.toMatch(/unsafe-inline|unsafe-eval|\*|http:/);
  expect(policy['frame-ancestors']).toEqual(["'none'"]);
});
