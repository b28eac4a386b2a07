import { expect, test } from 'vitest';
import { carrierRequest } from './demo-routes.ts';

test("the carrier's credentials travel in the header, the numbers in the address", () => {
  const { url, headers } = carrierRequest(
    'http://carrier:s%40cret@127.0.0.1:8089/ari/channels?endpoint=PJSIP/{to}@pbx&callerId={from}',
    '74950001234',
  );
  expect(url).toBe('http://127.0.0.1:8089/ari/channels?endpoint=PJSIP/74950000100@pbx&callerId=74950001234');
  expect(Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString()).toBe('carrier:s@cret');
});
