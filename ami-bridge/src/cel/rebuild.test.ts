/** Each recorded scene tells the same calls twice: as CEL, and as the tracker lived through them. Both must give the same facts. */
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../../test/fixtures/cel/scenarios.ts';
import { readTrace } from '../../../test/fixtures/cel/trace.ts';
import type { DomainEvent } from '../domain-events.ts';
import type { CelRecord } from './cel-record.ts';
import { Families } from './families.ts';
import { rebuild } from './rebuild.ts';

const CONTEXT = { pbxId: 'main', phones: [] };
/** CEL's time is when it happened, AMI's when the event was written. */
const CLOCKS_APART_MS = 10;
/** CEL does not know when a phone began to ring: the time that the INVITE took, on a busy machine. */
const RING_APART_MS = 250;
const UNKNOWN_TO_CEL: ReadonlySet<string> = new Set(['CallHeld', 'CallRetrieved']);

/** Recorded with a desk phone that holds and transfers, and on the FreePBX-like PBX (Local channels, optimised and not). */
const BY_NPM_RUN_RECORD = [
  'attended-transfer-to-agent',
  'attended-transfer-outside',
  'freepbx-follow-me',
  'freepbx-follow-me-outside',
  'freepbx-group-answered',
  'freepbx-queue-abandoned',
  'freepbx-queue-answered',
  'freepbx-queue-blind-transfer',
  'freepbx-queue-no-answer-then-next',
  'rejected-then-other-agent',
];

const LIVED_THROUGH = [...Object.keys(SCENARIOS).filter((name) => name !== 'pbx-killed'), ...BY_NPM_RUN_RECORD];

describe('rebuilt from CEL', () => {
  it.each(LIVED_THROUGH)('%s gives the facts that the tracker told', (name) => {
    const { records, facts } = readTrace(name);
    expect(byIdentity(rebuildAll(records))).toEqual(byIdentity(facts.filter(({ kind }) => !UNKNOWN_TO_CEL.has(kind))));
  });

  it('a consultation that was ended is a call of its own: for whose sake is not known', () => {
    const { records, facts } = readTrace('consultation-ended');
    const started = (of: DomainEvent[]) => of.filter((fact) => fact.kind === 'CallStarted');
    expect(started(facts).map(({ consultOf }) => consultOf)).toEqual([null, started(facts)[0]?.callId]);
    expect(started(rebuildAll(records)).map(({ consultOf }) => consultOf)).toEqual([null, null]);
  });

  it.each(LIVED_THROUGH)('%s gives them at the same times, to a few milliseconds', (name) => {
    const { records, facts } = readTrace(name);
    const lived = new Map(facts.map((fact) => [identity(fact), timesOf(fact)]));
    for (const fact of rebuildAll(records)) {
      for (const [key, value] of Object.entries(timesOf(fact))) {
        const ring = fact.kind === 'CallOffered' || key === 'ringMs';
        const apart = Math.abs(value - (lived.get(identity(fact))?.[key] ?? NaN));
        expect(apart, `${identity(fact)} ${key}`).toBeLessThanOrEqual(ring ? RING_APART_MS : CLOCKS_APART_MS);
      }
    }
  });
});

function timesOf(fact: DomainEvent): Record<string, number> {
  const durations = Object.entries(fact).flatMap(([key, value]) =>
    key.endsWith('Ms') && typeof value === 'number' ? [[key, value] as const] : [],
  );
  return { ...Object.fromEntries(durations), occurredAt: Date.parse(fact.occurredAt) };
}

function rebuildAll(records: readonly CelRecord[]): DomainEvent[] {
  const families = new Families<number>();
  const complete = records.flatMap((record, index) => families.add(record, index) ?? []);
  return [...complete, ...families.open].flatMap((family) => rebuild(family.records, CONTEXT).facts);
}

function identity({ callId, legId, kind, ordinal }: DomainEvent): string {
  return `${callId} ${legId} ${kind} ${ordinal}`;
}

/** Without what CEL cannot know: positions in queues. Times are compared apart. */
function byIdentity(facts: readonly DomainEvent[]): Record<string, object> {
  const plain = facts.map((fact): [string, object] => {
    const { occurredAt: _, ...rest } = fact;
    const rounded = Object.entries(rest).map(([key, value]) => [key, key.endsWith('Ms') ? 'about' : value] as const);
    return [identity(fact), { ...Object.fromEntries(rounded), ...(fact.kind === 'CallQueued' && { position: null }) }];
  });
  return Object.fromEntries(plain.toSorted(([a], [b]) => a.localeCompare(b)));
}
