import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTrace, traceNames } from '../../../test/ami-trace.ts';
import type { AmiEvent } from '../ami/events.ts';
import type { DomainEvent } from '../domain-events.ts';
import { callSchema } from '../outbox/journal-line.ts';
import type { Change } from './change.ts';
import { commit, restoredState } from './commit.ts';
import { ModelledPbx } from './modelled-pbx.ts';
import { reconcile } from './reconcile.ts';
import { retell } from './retell.ts';
import { emptyState, type Call, type TrackerState } from './state.ts';
import { step, stepAfterGap } from './step.ts';

/** Recorded calls, each as its events. */
let recorded: AmiEvent[][] = [];
beforeAll(async () => {
  const traces = await Promise.all(traceNames().map(readTrace));
  recorded = traces.map(({ moments }) => moments.flatMap((moment) => ('event' in moment ? [moment.event] : [])));
});

const trace = (): fc.Arbitrary<AmiEvent[]> => fc.constantFrom(...recorded);
/** A recorded call and two places in it, the first before the second. */
const gap = () => trace().chain((events) => fc.tuple(fc.constant(events), cut(events), cut(events)));
const cut = (events: AmiEvent[]) => fc.nat({ max: events.length });

class Run {
  facts: DomainEvent[] = [];
  constructor(public state: TrackerState = emptyState('main')) {}

  take(change: Change): void {
    this.facts.push(...change.facts.filter(({ callId }) => callId !== ''));
    commit(change);
  }
  live(events: readonly AmiEvent[]): this {
    for (const event of events) this.take(step(this.state, event));
    return this;
  }
}

/** Two recordings have the same two people: mixed, one consults for the sake of the other's call. */
const withoutConsultOf = (fact: DomainEvent) => (fact.kind === 'CallStarted' ? { ...fact, consultOf: null } : fact);
const identity = ({ callId, legId, kind, ordinal }: DomainEvent): string => [callId, legId, kind, ordinal].join(' ');
const pbxAfter = (events: readonly AmiEvent[]): ModelledPbx => {
  const pbx = new ModelledPbx();
  for (const event of events) pbx.send(event);
  return pbx;
};
const count = (facts: DomainEvent[], kind: DomainEvent['kind']): number =>
  facts.filter((fact) => fact.kind === kind).length;

/** What of a state must not depend on how it came about. */
const skeleton = (state: TrackerState) =>
  [...state.calls.values()].map(({ id, legs, visit }: Call) => ({
    id,
    waitsIn: visit?.leftAt === null ? visit.queue : null,
    legs: legs
      .map((leg) => ({
        id: leg.id,
        extension: leg.extension,
        status: leg.status,
        bridge: leg.bridge,
        talking: leg.talking,
      }))
      .sort((a, b) => a.id.localeCompare(b.id)),
  }));

/** Every beginning has its one end, and no fact stands twice. */
function expectWholeStory(facts: DomainEvent[]): void {
  expect(new Set(facts.map(identity)).size).toBe(facts.length);
  expect(count(facts, 'CallEnded')).toBe(count(facts, 'CallStarted'));
  expect(count(facts, 'QueueLeft')).toBe(count(facts, 'CallQueued'));
  expect(count(facts, 'OfferEnded')).toBe(count(facts, 'CallOffered'));
  expect(count(facts, 'LegEnded')).toBe(count(facts, 'LegStarted') + count(facts, 'CallStarted'));
}

describe('the tracker', () => {
  it('tells each call the same, however calls are mixed', () => {
    const mixed = () =>
      fc.tuple(
        fc.uniqueArray(fc.nat({ max: recorded.length - 1 }), { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
      );
    fc.assert(
      fc.property(mixed(), ([chosen, choices]) => {
        const queues = chosen.map((index) => [...(recorded[index] ?? [])]);
        const alone = queues.map((events) => new Run().live(events).facts);
        const together = new Run();
        while (queues.some((events) => events.length > 0)) {
          const left = queues.filter((events) => events.length > 0);
          const next = left[(choices.next().value ?? 0) % left.length]?.shift();
          if (next !== undefined) together.live([next]);
        }
        for (const facts of alone) {
          const ids = new Set(facts.map(({ callId }) => callId));
          const mixed = together.facts.filter(({ callId }) => ids.has(callId));
          expect(mixed.map(withoutConsultOf)).toEqual(facts.map(withoutConsultOf));
        }
        expect(together.state.calls.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('changes nothing when an event comes twice', () => {
    for (const events of recorded) {
      const once = new Run().live(events);
      const twice = new Run().live(events.flatMap((event) => [event, event]));
      expect(twice.facts).toEqual(once.facts);
    }
  });

  it('lets nobody talk who is not in a bridge with another', () => {
    for (const events of recorded) {
      const run = new Run();
      for (const event of events) {
        run.live([event]);
        for (const { legs, optimising } of run.state.calls.values()) {
          const talking = legs.filter((leg) => leg.talking);
          if (optimising || talking.length === 0) continue;
          expect(talking.length).toBeGreaterThan(1);
          expect(talking.map(({ bridge, half }) => bridge !== null && half === null)).not.toContain(false);
        }
      }
    }
  });

  it('knows the same after a gap and a snapshot as if it had seen everything', () => {
    fc.assert(
      fc.property(gap(), ([events, a, b]) => {
        const [lost, back] = [Math.min(a, b), Math.max(a, b)];
        const run = new Run().live(events.slice(0, lost));
        run.take(reconcile(run.state, pbxAfter(events.slice(0, back)).snapshot()));
        const lived = new Run().live(events.slice(0, back)).state;
        // While Asterisk takes a Local channel out, a snapshot shows people in no bridge who hear no break.
        const optimising = [...lived.calls.values()].some((call) => call.optimising);
        if (!optimising) expect(skeleton(run.state)).toEqual(skeleton(lived));
        run.live(events.slice(back));
        expect(run.state.calls.size).toBe(0);
        expectWholeStory(run.facts);
      }),
      { numRuns: 500 },
    );
  });

  it('tells the whole story when events come between the gap and the snapshot', () => {
    const three = trace().chain((events) =>
      fc.tuple(fc.constant(events), fc.tuple(cut(events), cut(events), cut(events))),
    );
    fc.assert(
      fc.property(three, ([events, places]) => {
        const [lost = 0, back = 0, asked = 0] = places.toSorted((a, b) => a - b);
        const run = new Run().live(events.slice(0, lost));
        for (const event of events.slice(back, asked)) run.take(stepAfterGap(run.state, event));
        run.take(reconcile(run.state, pbxAfter(events.slice(0, asked)).snapshot()));
        run.live(events.slice(asked));
        expect(run.state.calls.size).toBe(0);
        // A call seen to end whose other leg the snapshot still has is begun again: in the ledger each fact stands once.
        expectWholeStory([...new Map(run.facts.map((fact) => [identity(fact), fact])).values()]);
      }),
      { numRuns: 1000 },
    );
  });

  it('tells nothing of calls when it reconciles twice', () => {
    fc.assert(
      fc.property(gap(), ([events, a, b]) => {
        const run = new Run().live(events.slice(0, Math.min(a, b)));
        const { snapshot } = { snapshot: pbxAfter(events.slice(0, Math.max(a, b))).snapshot() };
        run.take(reconcile(run.state, snapshot));
        expect(reconcile(run.state, snapshot).facts.filter(({ callId }) => callId !== '')).toEqual([]);
      }),
    );
  });

  it('ends all calls as lost when the PBX was started anew', () => {
    fc.assert(
      fc.property(gap(), ([events, a]) => {
        const run = new Run().live(events.slice(0, a));
        run.state.pbxStartedAt = 1_000_000;
        const open = [...run.state.calls.values()].filter(({ replacing }) => !replacing).length;
        const before = run.facts.length;
        run.take(reconcile(run.state, new ModelledPbx().snapshot({ takenAt: 9e15, pbxStartedAt: 90_000_000 })));
        const ends = run.facts.slice(before).filter((fact) => fact.kind === 'CallEnded');
        expect(ends.map(({ outcome }) => outcome)).toEqual(Array<string>(open).fill('pbx_lost'));
        expectWholeStory(run.facts);
      }),
    );
  });

  it('goes on with the same facts after its state went through the outbox', () => {
    fc.assert(
      fc.property(gap(), ([events, a]) => {
        const first = new Run().live(events.slice(0, a));
        const kept = [...first.state.calls].map(
          ([id, call]) => [id, callSchema.parse(JSON.parse(JSON.stringify(call)))] as const,
        );
        const { pbxStartedAt, lastOrdinal } = first.state;
        const second = new Run(restoredState('main', { calls: new Map(kept), pbxStartedAt, lastOrdinal }));
        second.live(events.slice(a));
        expect([...first.facts, ...second.facts]).toEqual(new Run().live(events).facts);
      }),
    );
  });

  it('tells again, for a server that missed facts, only what it has told before', () => {
    fc.assert(
      fc.property(gap(), ([events, a]) => {
        const run = new Run().live(events.slice(0, a));
        const told = new Set(run.facts.map(identity));
        const again = retell(run.state).facts;
        // A leg that moved is told to its new call as one that begins there.
        const moved = new Set(run.facts.filter(({ kind }) => kind === 'LegMoved').map(({ legId }) => legId));
        const news = again.filter((fact) => !told.has(identity(fact)) && !moved.has(fact.legId));
        expect(news).toEqual([]);
        const open = [...run.state.calls.values()].filter(({ replacing }) => !replacing);
        expect(count(again, 'CallStarted')).toBe(open.length);
      }),
    );
  });
});
