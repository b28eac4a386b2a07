/** The keeper of the record over a file that grows, with an outbox that the test acknowledges. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot, SnapshotChannel } from '../../ami-bridge/src/ami/snapshot.ts';
import { RecordKeeper } from '../../ami-bridge/src/cel/record-keeper.ts';
import type { DomainEvent } from '../../ami-bridge/src/domain-events.ts';
import type { Change } from '../../ami-bridge/src/tracker/change.ts';
import { commit } from '../../ami-bridge/src/tracker/commit.ts';
import { emptyState } from '../../ami-bridge/src/tracker/state.ts';
import { readTrace } from '../fixtures/cel/trace.ts';
import { identity } from '../played-server.ts';

const { cel, records, facts: story } = readTrace('interleaved');
const LINES = cel.toString().split(/(?<=\n)/);
/** Longer than the tracker has to tell a call by itself. */
const LATER_MS = 60_000;

describe('the keeper of the record', () => {
  let folder: string;
  let told: DomainEvent[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headset-record-'));
    told = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (lines: readonly string[]) => appendFileSync(path.join(folder, 'cel.csv'), lines.join(''));
  const checkpoint = (): number => JSON.parse(readFileSync(path.join(folder, 'record-main.json'), 'utf8')).cel.offset;
  const identities = () => [...new Set(told.map(identity))].toSorted();
  const whole = story.map(identity).toSorted();

  /** A life of the bridge; `room` facts fit into its outbox. */
  function life({ room = Infinity, fromBeginning = true } = {}) {
    const outbox = { lastSeq: 0, depth: 0, overflowed: false };
    const state = emptyState('main');
    const tell = (change: Change) => {
      commit(change);
      outbox.overflowed ||= outbox.depth + change.facts.length > room;
      keeper.saw(change.facts, !outbox.overflowed);
      if (outbox.overflowed) return;
      told.push(...change.facts);
      outbox.lastSeq += change.facts.length;
      outbox.depth += change.facts.length;
    };
    const keeper = new RecordKeeper({ recordDir: folder, stateDir: folder, fromBeginning, state, outbox, tell });
    return { keeper, outbox, state, acknowledge: () => (outbox.depth = 0) };
  }

  it('tells every call of the record once, and passes it when the server has it', async () => {
    write(LINES);
    const { keeper, acknowledge } = life();
    expect(await keeper.catchUp(snapshot(), null)).toBe(true);
    expect(told.map(identity).toSorted()).toEqual(whole);
    expect(keeper.counts).toMatchObject({ calls: 2, damaged: 0, gaps: 0 });
    await keeper.follow(0);
    expect(checkpoint()).toBe(0);
    acknowledge();
    await keeper.follow(0);
    expect(checkpoint()).toBe(cel.length);
  });

  it('tells them again in its next life when it died before the server had them', async () => {
    write(LINES);
    await life().keeper.catchUp(snapshot(), null);
    await life().keeper.catchUp(snapshot(), null);
    expect(told).toHaveLength(2 * story.length);
    expect(identities()).toEqual(whole);
  });

  it('tells a call that goes on as far as it has come, and the rest after the next gap, wherever it is cut', async () => {
    for (let cut = 1; cut < LINES.length; cut++) {
      rmSync(path.join(folder, 'cel.csv'), { force: true });
      rmSync(path.join(folder, 'record-main.json'), { force: true });
      told = [];
      write(LINES.slice(0, cut));
      const first = life();
      await first.keeper.catchUp(snapshot(living(cut)), null);
      first.acknowledge();
      await first.keeper.follow(0);
      write(LINES.slice(cut));
      await life().keeper.catchUp(snapshot(), null);
      expect(identities(), `cut at ${cut}`).toEqual(whole);
    }
  });

  it('leaves a call to the tracker that tells it, and tells it when the tracker does not', async () => {
    const { keeper, acknowledge } = life();
    await keeper.catchUp(snapshot(), null);
    write(LINES);
    await keeper.follow(performance.now());
    const [ended] = story.filter(({ kind }) => kind === 'CallEnded');
    keeper.saw(ended === undefined ? [] : [ended], true);
    await keeper.follow(performance.now());
    expect(told).toEqual([]);
    await keeper.follow(performance.now() + LATER_MS);
    expect(new Set(told.map(({ callId }) => callId))).toEqual(
      new Set(story.map(({ callId }) => callId).filter((id) => id !== ended?.callId)),
    );
    acknowledge();
    await keeper.follow(performance.now());
    expect(checkpoint()).toBe(cel.length);
  });

  it('leaves calls that began after the snapshot to the events that follow it', async () => {
    const secondBegins = records.findIndex(({ id, linkedId }) => id === linkedId && id !== records[0]?.id);
    write(LINES);
    const { keeper, state } = life();
    const takenAt = (records[secondBegins]?.at ?? 0) - 1;
    await keeper.catchUp({ ...snapshot(living(secondBegins)), takenAt }, null);
    expect([...state.calls.keys()]).toEqual([records[0]?.id]);
    expect(told.map(({ kind }) => kind)).not.toContain('CallEnded');
  });

  it('waits for entries that are written behind the snapshot', async () => {
    write(LINES.slice(0, -6));
    const { keeper } = life();
    const caughtUp = keeper.catchUp(snapshot(), null);
    write(LINES.slice(-6));
    expect(await caughtUp).toBe(true);
    expect(identities()).toEqual(whole);
  });

  it('stops when the outbox is full, and goes on when it is not', async () => {
    write(LINES);
    const { keeper, outbox, acknowledge } = life({ room: 15 });
    await keeper.catchUp(snapshot(), null);
    expect(keeper.counts.calls).toBe(1);
    acknowledge();
    outbox.overflowed = false;
    await keeper.follow(performance.now() + LATER_MS);
    expect(identities()).toEqual(whole);
  });

  it('tells a call anew of which facts were left out, though its end was told', async () => {
    const { keeper } = life();
    await keeper.catchUp(snapshot(), null);
    const [first, ...rest] = story;
    keeper.saw(story.slice(0, 1), false);
    keeper.saw(rest, true);
    write(LINES);
    await keeper.follow(performance.now() + LATER_MS);
    expect(identities()).toEqual(whole.filter((each) => each.startsWith(first?.callId ?? '')));
  });

  it('ends what died with the PBX when its link broke, or else when it started again', async () => {
    const { cel: dying, records: entries } = readTrace('pbx-killed');
    writeFileSync(path.join(folder, 'cel.csv'), dying);
    const reborn = entries.find(({ id }) => id === entries.at(-1)?.id)?.at ?? 0;
    const lastOfDead = entries.filter(({ at }) => at < reborn).at(-1)?.at ?? 0;
    const after = { ...snapshot(), takenAt: reborn + 60_000_000, pbxStartedAt: reborn - 1 };
    await life().keeper.catchUp(after, lastOfDead + 200_000);
    await life().keeper.catchUp(after, null);
    const ends = told.filter((fact) => fact.kind === 'CallEnded' && fact.outcome === 'pbx_lost');
    expect(ends.map(({ occurredAt }) => Date.parse(occurredAt))).toEqual([
      ...Array<number>(2).fill(Math.floor((lastOfDead + 200_000) / 1000)),
      ...Array<number>(2).fill(Math.floor((reborn - 1) / 1000)),
    ]);
  });

  it('does not tell the past of a record that is not ours', async () => {
    write(LINES);
    const { keeper } = life({ fromBeginning: false });
    expect(await keeper.catchUp(snapshot(), null)).toBe(true);
    expect(told).toEqual([]);
  });

  it('tells what came to such a record after it was first met, though it died at once', async () => {
    writeFileSync(path.join(folder, 'cel.csv'), '');
    await life({ fromBeginning: false }).keeper.catchUp(snapshot(), null);
    write(LINES);
    await life({ fromBeginning: false }).keeper.catchUp(snapshot(), null);
    expect(identities()).toEqual(whole);
  });

  it('says so when a part of the record is gone, and when there is none', async () => {
    write(LINES);
    const first = life();
    await first.keeper.catchUp(snapshot(), null);
    first.acknowledge();
    await first.keeper.follow(0);
    writeFileSync(path.join(folder, 'cel.csv'), LINES.slice(0, 2).join(''));
    expect(await life().keeper.catchUp(snapshot(living(2)), null)).toBe(false);
    const nowhere = new RecordKeeper({
      recordDir: path.join(folder, 'missing'),
      stateDir: folder,
      fromBeginning: true,
      state: emptyState('main'),
      outbox: { lastSeq: 0, depth: 0, overflowed: false },
      tell: () => undefined,
    });
    await expect(nowhere.catchUp(snapshot(), null)).rejects.toThrow('ENOENT');
  });

  it('counts calls that CDR has and CEL has not', async () => {
    const { cdr } = readTrace('interleaved');
    const { keeper } = life();
    writeFileSync(path.join(folder, 'cdr.csv'), '');
    await keeper.catchUp(snapshot(), null);
    await keeper.follow(0);
    writeFileSync(path.join(folder, 'cdr.csv'), cdr);
    const lines = LINES.filter((line) => !line.includes(records[0]?.linkedId ?? ''));
    write(lines);
    await keeper.follow(0);
    await keeper.follow(0);
    expect(keeper.cdr.counts).toMatchObject({ missingFromCel: 1 });
  });

  /** The channels that live after the first `cut` lines. */
  function living(cut: number): SnapshotChannel[] {
    const open = new Map<string, SnapshotChannel>();
    for (const { kind, id, linkedId, channel, at } of records.slice(0, cut)) {
      const blank = { number: null, callerName: null, exten: null, headsetCall: null, bridge: null };
      if (kind === 'CHAN_START') open.set(id, { id, linkedId, channel, state: 'up', startedAt: at, ...blank });
      if (kind === 'CHAN_END') open.delete(id);
    }
    return [...open.values()];
  }
});

function snapshot(channels: SnapshotChannel[] = []): Snapshot {
  return {
    takenAt: (records.at(-1)?.at ?? 0) + 1_000_000,
    pbxVersion: '22.10.1',
    pbxStartedAt: null,
    clockOffsetMs: 0,
    channels,
    entries: [],
    members: [],
    devices: [],
  };
}
