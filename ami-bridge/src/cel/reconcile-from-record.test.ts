/** The bridge dies in the middle of a recorded call; its journal, the record and what follows must give the whole call. */
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../../test/fixtures/cel/trace.ts';
import type { DomainEvent } from '../domain-events.ts';
import { commit, restoredState } from '../tracker/commit.ts';
import { emptyState, type TrackerState } from '../tracker/state.ts';
import { step } from '../tracker/step.ts';
import { asEvents } from './as-events.ts';
import { rebuild } from './rebuild.ts';
import { reconcileFromRecord } from './reconcile-from-record.ts';

const CONTEXT = { pbxId: 'main', phones: [] };
const SCENES = [
  'answered-caller-hangs-up',
  'abandoned-while-ringing',
  'blind-transfer-to-queue',
  'ring-all',
  'internal',
];

describe('what the tracker missed', () => {
  it.each(SCENES)('in %s is told from the record, whenever the bridge died', (name) => {
    const { records } = readTrace(name);
    const whole = identities(rebuild(records, CONTEXT).facts);
    for (const { at: diedAt } of records) {
      const { state, facts } = livedThrough(asEvents(records).filter(({ at }) => at < diedAt));
      const change = reconcileFromRecord(state, [{ records, lostAt: null }]);
      commit(change);
      expect(identities([...facts, ...change.facts])).toEqual(whole);
      expect([...state.calls.keys(), ...state.callOfLeg.keys()]).toEqual([]);
    }
  });

  it.each(SCENES)('in %s is told while the call goes on, and the rest by the events that follow', (name) => {
    const { records } = readTrace(name);
    const whole = identities(rebuild(records, CONTEXT).facts);
    const events = asEvents(records);
    records.forEach(({ at: backAt }, index) => {
      const diedAt = records[Math.floor(index / 2)]?.at ?? 0;
      const { state, facts } = livedThrough(events.filter(({ at }) => at < diedAt));
      const soFar = records.filter(({ at }) => at <= backAt);
      const change = reconcileFromRecord(state, [{ records: soFar, lostAt: null }]);
      commit(change);
      const rest = tell(
        state,
        events.filter(({ at }) => at > backAt),
      );
      expect(new Set(identities([...facts, ...change.facts, ...rest])), `back at ${backAt}`).toEqual(new Set(whole));
    });
  });

  it('is told once: applied twice it changes nothing', () => {
    const { records } = readTrace('ring-all');
    const state = emptyState('main');
    const told = [{ records: records.slice(0, 9), lostAt: null }];
    const first = reconcileFromRecord(state, told);
    commit(first);
    const calls = structuredClone([...state.calls]);
    const second = reconcileFromRecord(state, told);
    commit(second);
    expect(second.facts).toEqual(first.facts);
    expect([...state.calls]).toEqual(calls);
  });

  it('keeps a hold that only the tracker knew', () => {
    const { records } = readTrace('answered-caller-hangs-up');
    const talking = records.slice(0, 7);
    const { state } = livedThrough(asEvents(talking));
    const agent = records[3]?.id ?? '';
    const at = records[6]?.at ?? 0;
    tell(state, [{ name: 'Hold', at, id: agent }]);
    commit(reconcileFromRecord(state, [{ records: talking, lostAt: null }]));
    expect(tell(state, [{ name: 'Unhold', at: at + 1_500_000, id: agent }])).toMatchObject([
      { kind: 'CallRetrieved', ordinal: 0, heldMs: 1500 },
    ]);
  });
});

describe('a call that died with the PBX', () => {
  it('ends as lost, with everything that was open in it', () => {
    const { records } = readTrace('pbx-killed');
    const dead = records.filter(({ linkedId }) => linkedId === records[0]?.linkedId);
    const lostAt = (dead.at(-1)?.at ?? 0) + 1_000_000;
    const { facts, open } = rebuild(dead, CONTEXT, lostAt);
    expect(open).toEqual([]);
    expect(facts.slice(-3)).toMatchObject([
      { kind: 'LegEnded', outcome: 'pbx_lost' },
      { kind: 'LegEnded', outcome: 'pbx_lost' },
      { kind: 'CallEnded', outcome: 'pbx_lost', endedBy: 'unknown' },
    ]);
  });

  it('is not told to have ended before its last entry', () => {
    const { records } = readTrace('pbx-killed');
    const dead = records.filter(({ linkedId }) => linkedId === records[0]?.linkedId);
    const ended = rebuild(dead, CONTEXT, records[0]?.at).facts.at(-1);
    expect(Date.parse(ended?.occurredAt ?? '') * 1000).toBeGreaterThanOrEqual((dead.at(-1)?.at ?? 0) - 1000);
  });
});

type Lived = { state: TrackerState; facts: DomainEvent[] };

/** As the bridge finds itself after a restart: the tracker's state went through the journal. */
function livedThrough(events: ReturnType<typeof asEvents>): Lived {
  const state = emptyState('main');
  for (const extension of ['1001', '1013', '1014']) state.phones.set(extension, true);
  const facts = tell(state, events);
  const calls = new Map(structuredClone([...state.calls]));
  return { state: restoredState('main', { calls, pbxStartedAt: null, lastOrdinal: 0 }), facts };
}

function tell(state: TrackerState, events: ReturnType<typeof asEvents>): DomainEvent[] {
  return events.flatMap((event) => {
    const change = step(state, event);
    commit(change);
    return change.facts;
  });
}

function identities(facts: readonly DomainEvent[]): string[] {
  return [
    ...new Set(facts.map(({ callId, legId, kind, ordinal }) => `${callId} ${legId} ${kind} ${ordinal}`)),
  ].toSorted();
}
