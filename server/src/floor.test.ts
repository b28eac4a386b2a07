import { expect, test } from 'vitest';
import { NOON, fact, pbxConnected, queueCall } from '../../test/factories.ts';
import { liveCall } from './calls/live-call.ts';
import { foldFact } from './calls/live-fold.ts';
import { Floor } from './floor.ts';

/** A floor on which the call's facts have happened, through the named one. */
function floorAfter(...steps: ReturnType<typeof queueCall>['all'][]): Floor {
  const floor = new Floor();
  for (const one of steps.flat()) {
    const calls = {
      get: (id: string) => floor.call(id)?.state,
      live: () => [...floor.calls].map(({ state }) => state),
    };
    for (const { after } of foldFact(calls, one).changes) {
      const known = floor.call(after.id);
      floor.put(known ? { ...known, state: after } : liveCall(after));
    }
    floor.observe(one);
  }
  return floor;
}

test('a phone is found with the calls it has a part in, until they end', () => {
  const call = queueCall();
  expect(floorAfter(call.through('queued')).callsOf('main', '1001')).toEqual([]);
  expect(floorAfter(call.through('offered')).callsOf('main', '1001')).toMatchObject([{ desk: { phase: 'offered' } }]);
  const after = floorAfter(call.all);
  expect(after.callsOf('main', '1001')).toEqual([]);
  expect([...after.calls]).toEqual([]);
  expect(after.freeSince('main', '1001')).toBe(NOON + 68_000);
});

test('a queue has those who wait in it, since they joined', () => {
  const first = queueCall({ at: NOON });
  const second = queueCall({ at: NOON + 5_000 });
  const floor = floorAfter(first.through('offered'), second.through('queued'));
  expect(floor.waitingSince('main', 'support').sort()).toEqual([NOON + 1_000, NOON + 6_000]);
  expect(floor.waitingSince('main', 'sales')).toEqual([]);
  expect(floorAfter(first.through('connected')).waitingSince('main', 'support')).toEqual([]);
});

test('phones and PBXs are as the last fact said', () => {
  const floor = floorAfter([
    pbxConnected(),
    fact('PhoneReachable', { at: NOON }, { extension: '1001' }),
    fact('PhoneUnreachable', { at: NOON + 1_000 }, { extension: '1001' }),
  ]);
  expect(floor.phone('main', '1001')).toEqual({ reachable: false, since: NOON + 1_000 });
  expect(floor.phone('main', '1002')).toBeNull();
  expect(floor.pbx('main')).toMatchObject({ connected: true });
  floor.observe(fact('PbxDisconnected', { at: NOON + 2_000 }, { reason: 'silent' }));
  expect(floor.pbx('main')).toMatchObject({ connected: false, since: NOON + 2_000 });
});
