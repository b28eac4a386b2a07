import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()),
  });
  write(createLog('trace', destination));
  return lines.join('');
}

test('an error of the database loses what it says of values, and keeps its code and its place', () => {
  const cause = Object.assign(new Error('duplicate key value'), {
    code: '23505',
    detail: 'Key (e164)=(+74950001234) already exists.',
    parameters: ['+74950001234', 'Иванов'],
    query: 'insert into client_phones',
  });
  const text = logged((log) =>
    log.error({ err: new Error('Failed query: params: +74950001234,Иванов', { cause }) }, 'failed'),
  );
  expect(text).toContain('"code":"23505"');
  expect(text).toContain('log.test.ts');
  expect(text).not.toMatch(/4950001234|Иванов/);
});

test('the message of another error loses its digits and what it quotes', () => {
  const text = logged((log) => log.error({ err: new TypeError('cannot read "Иванов Иван" of 84950001234') }, 'failed'));
  expect(text).toContain('cannot read');
  expect(text).not.toMatch(/Иванов|0001234/);
});

test('requests and answers are not logged, whoever hands them over', () => {
  expect(
    logged((log) => log.info({ req: { url: '/api/clients?q=4950001234' }, res: { body: 'Иванов' } }, 'request')),
  ).not.toMatch(/495|Иванов/);
});
