import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AmiEvent } from '../../ami-bridge/src/ami/events.ts';
import { Outbox, OUTBOX_LIMITS } from '../../ami-bridge/src/outbox/outbox.ts';
import type { Change } from '../../ami-bridge/src/tracker/change.ts';
import { commit } from '../../ami-bridge/src/tracker/commit.ts';
import { emptyState } from '../../ami-bridge/src/tracker/state.ts';
import { step } from '../../ami-bridge/src/tracker/step.ts';
import { readTrace } from '../ami-trace.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'headset-outbox-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => path.join(folder, 'outbox-main.jsonl');
const open = (limits = OUTBOX_LIMITS) => Outbox.open(folder, 'main', limits);

/** The changes of a recorded call that tell something. */
async function changes(): Promise<Change[]> {
  const { moments } = await readTrace('answered-caller-hangs-up');
  const state = emptyState('main');
  const events: AmiEvent[] = moments.flatMap((moment) => ('event' in moment ? [moment.event] : []));
  return events.map((event) => {
    const change = step(state, event);
    commit(change);
    return change;
  });
}

describe('the outbox', () => {
  it('gives back after a kill what nobody acknowledged, and the calls as they stood', async () => {
    const { outbox } = open();
    const all = await changes();
    const half = all.slice(0, all.findIndex(({ facts }) => facts.some(({ kind }) => kind === 'CallConnected')) + 1);
    for (const change of half) outbox.append(change);
    outbox.flush();
    outbox.acknowledge(3);
    outbox.flush();
    // No close: the process is gone.
    const { outbox: next, recovered } = open();
    const told = half.flatMap(({ facts }) => facts);
    expect(next.after(0, 1_000).map(({ event }) => event)).toEqual(told.slice(3));
    expect(next.after(0, 1).map(({ seq }) => seq)).toEqual([1]);
    expect(next.epoch).not.toBe(outbox.epoch);
    const [call] = recovered.calls.values();
    expect(call?.legs.map(({ talking }) => talking)).toEqual([true, true]);
  });

  it('forgets calls that have ended', async () => {
    const { outbox } = open();
    for (const change of await changes()) outbox.append(change);
    outbox.close();
    expect(open().recovered.calls.size).toBe(0);
  });

  it('loses nothing but a torn last line, wherever the write was cut', async () => {
    const { outbox } = open();
    const told = (await changes()).filter(({ facts }) => facts.length > 0);
    for (const change of told) {
      outbox.append(change);
      outbox.flush();
    }
    outbox.close();
    const lines = readFileSync(file(), 'utf8').trimEnd().split('\n');
    const last = lines.at(-1) ?? '';
    const size = statSync(file()).size;
    const lost = told.at(-1)?.facts.length ?? 0;
    for (const missing of [2, Math.floor(last.length / 2), last.length - 1]) {
      const before = readFileSync(file());
      truncateSync(file(), size - missing);
      const { outbox: next, recovered } = open();
      expect(recovered.damagedLines).toBe(1);
      expect(next.depth).toBe(told.flatMap(({ facts }) => facts).length - lost);
      next.close();
      rmSync(file());
      appendFileSync(file(), before);
    }
  });

  it('can be read by its owner alone', () => {
    open().outbox.close();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('stays small when all is acknowledged', async () => {
    const { outbox } = open({ ...OUTBOX_LIMITS, rewriteBytes: 10_000 });
    const all = await changes();
    for (let round = 0; round < 50; round++) {
      for (const change of all) {
        outbox.append(change);
        outbox.flush();
      }
      outbox.acknowledge(outbox.after(0, 10_000).at(-1)?.seq ?? 0);
      outbox.flush();
    }
    expect(outbox.counts.rewrites).toBeGreaterThan(5);
    expect(statSync(file()).size).toBeLessThan(40_000);
    outbox.close();
  });

  it('leaves out what it has no room for, remembers that it did, and takes facts in again when told to', async () => {
    const { outbox } = open({ ...OUTBOX_LIMITS, facts: 5 });
    const all = await changes();
    for (const change of all) outbox.append(change);
    outbox.flush();
    expect(outbox.overflowed).toBe(true);
    expect(outbox.depth).toBeLessThanOrEqual(5);
    expect(outbox.counts.leftOut).toBeGreaterThan(0);
    const { outbox: next } = open({ ...OUTBOX_LIMITS, facts: 5 });
    expect(next.overflowed).toBe(true);
    next.acknowledge(next.depth);
    next.clearOverflow();
    for (const change of all.filter(({ facts }) => facts.length > 0).slice(0, 1)) next.append(change);
    expect(next.depth).toBeGreaterThan(0);
    next.close();
  });
});
