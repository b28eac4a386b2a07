import { expect, test } from 'vitest';
import { commandSchema } from '@headset/ami-bridge/commands';
import { fact } from '../../../test/factories.ts';
import type { Intent } from './agent-state.ts';
import { foreignPause } from './foreign-pause.ts';
import { wantedMembers } from './pbx-members.ts';

const ready: Intent = { wants: 'ready', since: 0 };
const lunch: Intent = { wants: 'paused', reason: 'lunch', since: 0 };
const membership = (agentId: string, extension: string) => ({ queueCode: 'support', agentId, extension, penalty: 1 });

test('those who are at a desk are members, the paused ones with their reason, the others are not', () => {
  const members = wantedMembers(
    [membership('olga', '1001'), membership('pavel', '1002'), membership('svetlana', '1003')],
    (agentId) => (agentId === 'pavel' ? lunch : ready),
    (agentId) => agentId !== 'svetlana',
  );
  expect(members).toEqual([
    { queue: 'support', extension: '1001', penalty: 1, paused: false, pauseReason: null },
    { queue: 'support', extension: '1002', penalty: 1, paused: true, pauseReason: 'lunch' },
  ]);
  expect(commandSchema.safeParse({ name: 'setMemberships', complete: true, members }).success).toBe(true);
});

const observed = (paused: boolean, pauseReason: string | null) =>
  fact('MemberObserved', {}, { queue: 'support', extension: '1001', penalty: 0, paused, pauseReason });
const ours = new Set(['lunch', 'break']);

test.each([
  ['a pause with a reason of the PBX', observed(true, 'Feature code'), ready, 'pbx'],
  ['a pause without a reason', observed(true, null), ready, 'pbx'],
  ['the echo of a pause of ours', observed(true, 'lunch'), ready, null],
  ['the echo of a pause taken over from the PBX', observed(true, 'pbx'), ready, null],
  ['a pause of one who is paused', observed(true, 'Feature code'), lunch, null],
  ['no pause', observed(false, null), ready, null],
] as const)('%s changes the intent as it must', (_name, fact, intent, reason) => {
  const changed = foreignPause(fact, intent, ours);
  expect(changed && changed.wants === 'paused' ? changed.reason : changed).toBe(reason);
});
