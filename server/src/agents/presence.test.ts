import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GRACE_MS, Presence } from './presence.ts';

let changes: string[];
let presence: Presence;

beforeEach(() => {
  vi.useFakeTimers();
  changes = [];
  presence = new Presence((agentId) =>
    changes.push(`${agentId} ${presence.presentSince(agentId) === null ? 'went' : 'came'}`),
  );
});
afterEach(() => {
  presence.close();
  vi.useRealTimers();
});

test('an agent comes with the first desk and goes a minute after the last one closed', () => {
  presence.deskOpened('olga');
  presence.deskOpened('olga');
  presence.deskClosed('olga');
  vi.advanceTimersByTime(GRACE_MS * 2);
  expect(changes).toEqual(['olga came']);
  presence.deskClosed('olga');
  expect(presence.hasDesk('olga')).toBe(false);
  vi.advanceTimersByTime(GRACE_MS - 1);
  expect(changes).toEqual(['olga came']);
  vi.advanceTimersByTime(1);
  expect(changes).toEqual(['olga came', 'olga went']);
});

test('a reload within the minute changes nothing, and the time of coming stays', () => {
  presence.deskOpened('olga');
  const since = presence.presentSince('olga');
  vi.advanceTimersByTime(5_000);
  presence.deskClosed('olga');
  vi.advanceTimersByTime(GRACE_MS - 1);
  presence.deskOpened('olga');
  vi.advanceTimersByTime(GRACE_MS * 2);
  expect(changes).toEqual(['olga came']);
  expect(presence.presentSince('olga')).toBe(since);
});

test('who logs out goes at once, unless another desk is open', () => {
  presence.deskOpened('olga');
  presence.deskOpened('olga');
  presence.deskClosed('olga');
  presence.left('olga');
  expect(changes).toEqual(['olga came']);
  presence.deskClosed('olga');
  presence.left('olga');
  expect(changes).toEqual(['olga came', 'olga went']);
  vi.advanceTimersByTime(GRACE_MS);
  expect(changes).toHaveLength(2);
});

test('after a start those who were logged in are awaited for a minute', () => {
  presence.expect(['olga', 'pavel']);
  expect(presence.presentSince('olga')).not.toBeNull();
  presence.deskOpened('olga');
  vi.advanceTimersByTime(GRACE_MS);
  expect(changes).toEqual(['pavel went']);
});
