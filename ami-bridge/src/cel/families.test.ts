import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../../test/fixtures/cel/trace.ts';
import type { DomainEvent } from '../domain-events.ts';
import type { CelRecord } from './cel-record.ts';
import { Families } from './families.ts';
import { rebuild } from './rebuild.ts';

const CALLS = ['answered-caller-hangs-up', 'ring-all', 'outgoing-answered', 'blind-transfer-to-queue'].map(
  (name) => readTrace(name).records,
);

describe('families of records', () => {
  it('are complete when the last channel has ended, and are forgotten then', () => {
    const { records } = readTrace('interleaved');
    const families = new Families<number>();
    const complete = records.flatMap((record, index) => families.add(record, index) ?? []);
    expect(complete.map(({ begins }) => records[begins]?.kind)).toEqual(['CHAN_START', 'CHAN_START']);
    expect(families.open).toEqual([]);
    expect(families.counts).toEqual({ headless: 0, leftOut: 0 });
  });

  it('give the same facts however the entries of different calls are mixed', () => {
    const alone = CALLS.flatMap(factsOf).map(identityAndTime).toSorted();
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(CALLS.length - 1)), (turns) => {
        expect(factsOf(mixed(turns)).map(identityAndTime).toSorted()).toEqual(alone);
      }),
    );
  });

  it('leave out, and count, channels whose beginning was not seen', () => {
    const [, ...headless] = readTrace('answered-caller-hangs-up').records;
    const families = new Families<number>();
    const complete = headless.flatMap((record, index) => families.add(record, index) ?? []);
    expect(complete).toEqual([]);
    expect(families.counts.headless).toBeGreaterThan(0);
  });

  it('stay open when the PBX died', () => {
    const { records } = readTrace('pbx-killed');
    const families = new Families<number>();
    const complete = records.flatMap((record, index) => families.add(record, index) ?? []);
    expect(complete).toHaveLength(1);
    expect(families.open).toHaveLength(2);
  });
});

function factsOf(records: readonly CelRecord[]): DomainEvent[] {
  const families = new Families<number>();
  const complete = records.flatMap((record, index) => families.add(record, index) ?? []);
  return complete.flatMap((family) => rebuild(family.records, { pbxId: 'main', phones: [] }).facts);
}

function mixed(turns: Iterable<number>): CelRecord[] {
  const rest = CALLS.map((records) => [...records]);
  const result: CelRecord[] = [];
  for (const turn of turns) {
    const waiting = rest.filter((records) => records.length > 0);
    const next = waiting[turn % Math.max(1, waiting.length)]?.shift();
    if (next === undefined) break;
    result.push(next);
  }
  return result;
}

const identityAndTime = (fact: DomainEvent): string => JSON.stringify(fact);
