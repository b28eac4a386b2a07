import { expect, test } from 'vitest';
import { readTrace } from '../../../test/ami-trace.ts';
import type { AmiEvent } from '../ami/events.ts';
import type { EventOf } from '../domain-events.ts';
import { commit } from './commit.ts';
import { ModelledPbx } from './modelled-pbx.ts';
import { reconcile } from './reconcile.ts';
import { emptyState, type TrackerState } from './state.ts';
import { step } from './step.ts';

const BEFORE = 1_000_000;
const AFTER = 90_000_000;

function live(state: TrackerState, events: readonly AmiEvent[]): void {
  for (const event of events) commit(step(state, event));
}

test('a restarted PBX has lost the calls of its former life, and not one that the record told of its present one', async () => {
  const { moments } = await readTrace('two-calls-at-once');
  const events = moments.flatMap((moment) => ('event' in moment ? [moment.event] : []));
  const talking = events.slice(
    0,
    events.findIndex(({ name }) => name === 'Hangup'),
  );
  const state = emptyState('main');
  state.pbxStartedAt = BEFORE;
  live(state, talking);
  const [lost, kept] = [...state.calls.keys()];

  const pbx = new ModelledPbx();
  for (const event of talking) pbx.send(event);
  const snapshot = pbx.snapshot({ pbxStartedAt: AFTER });
  const legsOfKept = new Set(state.calls.get(kept ?? '')?.legs.map(({ id }) => id));
  const channels = snapshot.channels.filter(({ id }) => legsOfKept.has(id));
  const change = reconcile(state, { ...snapshot, channels });
  commit(change);

  const ended = change.facts.filter((fact): fact is EventOf<'CallEnded'> => fact.kind === 'CallEnded');
  expect(ended).toMatchObject([{ callId: `main-${lost}`, outcome: 'pbx_lost' }]);
  expect([...state.calls.keys()]).toEqual([kept]);
});
