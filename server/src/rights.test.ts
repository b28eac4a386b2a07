import { expect, test } from 'vitest';
import { can, rightsOf } from './rights.ts';

test.each([
  ['operator', 'read', 'calls', 'own'],
  ['supervisor', 'read', 'calls', 'team'],
  ['admin', 'read', 'calls', 'all'],
  ['operator', 'update', 'calls', 'own'],
  ['operator', 'read', 'phone', 'own'],
  ['admin', 'read', 'phone', 'own'],
  ['operator', 'create', 'clients', 'all'],
  ['operator', 'read', 'metrics', 'none'],
  ['supervisor', 'read', 'metrics', 'none'],
  ['admin', 'read', 'metrics', 'all'],
  ['admin', 'delete', 'clients', 'none'],
] as const)('%s may %s %s: %s', (role, action, resource, level) => {
  expect(can({ role }, action, resource)).toBe(level);
});

test('the rights told to the screen name the widest level alone', () => {
  expect(rightsOf('admin').filter((right) => right.startsWith('read:calls'))).toEqual(['read:calls:all']);
  expect(rightsOf('supervisor')).toContain('read:calls:team');
  expect(rightsOf('operator')).toContain('read:calls:own');
});

test('nobody has a wider right to a phone account than to the own one', () => {
  for (const role of ['operator', 'supervisor', 'admin'] as const)
    expect(rightsOf(role).filter((right) => right.includes(':phone:'))).toEqual(['read:phone:own']);
});
