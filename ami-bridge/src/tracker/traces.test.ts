import { beforeAll, describe, expect, it } from 'vitest';
import { factsFile, readTrace, traceNames, type Trace } from '../../../test/ami-trace.ts';
import { domainEventSchema, type DomainEvent } from '../domain-events.ts';
import { commit } from './commit.ts';
import { reconcile } from './reconcile.ts';
import { emptyState, type TrackerState } from './state.ts';
import { step } from './step.ts';

/** Lives through a trace: its first snapshot, then every event. */
export function follow(trace: Trace, state = stateBefore(trace)): DomainEvent[] {
  const facts: DomainEvent[] = [];
  let connected = false;
  for (const moment of trace.moments) {
    if ('snapshot' in moment && connected) continue;
    connected = true;
    const change = 'snapshot' in moment ? reconcile(state, moment.snapshot) : step(state, moment.event);
    facts.push(...change.facts);
    commit(change);
  }
  return facts;
}

/** Click-to-call is known to the tracker before its first event. */
function stateBefore(trace: Trace): TrackerState {
  const state = emptyState('main');
  const ordered = /^Uniqueid: (headset-.*)$/m.exec(trace.frames.join('\n'))?.[1];
  if (ordered !== undefined) state.ordered.set(ordered, { extension: '1001', to: '74950000311' });
  return state;
}

/** Facts as lines for people: legs and calls by their number in the trace, instants from the first fact of a call. */
function told(facts: DomainEvent[]): string {
  const names = new Map<string, string>();
  const nameOf = (id: string, what: string): string => {
    const known = [...names.values()].filter((name) => name.startsWith(what)).length;
    return names.get(what + id) ?? names.set(what + id, `${what}${known + 1}`).get(what + id) ?? '';
  };
  // Calls that facts of other calls name.
  const named = (body: string): string => body.replaceAll(/"main-[^"]*"/g, (id) => nameOf(id.slice(1, -1), 'call'));
  const ofCalls = facts.filter(({ callId }) => callId !== '');
  const start = Date.parse(ofCalls[0]?.occurredAt ?? '');
  return ofCalls
    .map(({ v: _v, pbxId: _p, callId, legId, ordinal, occurredAt, kind, ...body }) => {
      const seconds = ((Date.parse(occurredAt) - start) / 1000).toFixed(1).padStart(5);
      const who = `${nameOf(callId, 'call')} ${nameOf(legId, 'leg')}`;
      return `${seconds}s  ${who}  ${kind}#${ordinal}  ${named(JSON.stringify(body)).replaceAll(/"(\w+)":/g, '$1: ')}`;
    })
    .join('\n');
}

/** Times differ from one recording to the next; what happened does not. */
const withoutTimes = (text: string): string =>
  text.replaceAll(/^ *[\d.]+s/gm, '').replaceAll(/((?:wait|ring|held|duration)Ms: )\d+/g, '$1…');

describe.each(traceNames())('the recorded call "%s"', (name) => {
  let trace: Trace;
  beforeAll(async () => {
    trace = await readTrace(name);
  });

  it('gives the facts that were written down for it', async () => {
    const facts = follow(trace);
    await expect(`${withoutTimes(told(facts))}\n`).toMatchFileSnapshot(factsFile(name));
  });

  it('gives facts that keep to the vocabulary', () => {
    for (const fact of follow(trace)) expect(domainEventSchema.parse(fact)).toEqual(fact);
  });

  it("finds nothing to mend in the PBX's own snapshots under way", () => {
    const state = stateBefore(trace);
    let connected = false;
    for (const moment of trace.moments) {
      const change = 'snapshot' in moment ? reconcile(state, moment.snapshot) : step(state, moment.event);
      if ('snapshot' in moment && connected) expect(change.facts.filter(({ callId }) => callId !== '')).toEqual([]);
      connected = true;
      commit(change);
    }
  });

  it('ends with nobody on the line', () => {
    const state = stateBefore(trace);
    follow(trace, state);
    expect(state.calls.size).toBe(0);
    expect(state.callOfLeg.size).toBe(0);
    expect(state.legsInBridge.size).toBe(0);
  });
});
