/** The gap in the PBX's events, over a record in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AmiEvent } from '../../ami-bridge/src/ami/events.ts';
import type { Snapshot } from '../../ami-bridge/src/ami/snapshot.ts';
import { Gap } from '../../ami-bridge/src/cel/gap.ts';
import { RecordKeeper } from '../../ami-bridge/src/cel/record-keeper.ts';
import type { DomainEvent } from '../../ami-bridge/src/domain-events.ts';
import { commit } from '../../ami-bridge/src/tracker/commit.ts';
import { emptyState } from '../../ami-bridge/src/tracker/state.ts';
import { readTrace } from '../fixtures/cel/trace.ts';
import { identity } from '../played-server.ts';
import { until } from '../until.ts';

const { cel, records, facts: story } = readTrace('interleaved');
const LAST = records.at(-1)?.at ?? 0;
const SNAPSHOT: Snapshot = {
  takenAt: LAST + 1_000_000,
  pbxVersion: '22.10.1',
  pbxStartedAt: null,
  clockOffsetMs: 0,
  channels: [],
  entries: [],
  members: [],
  devices: [],
};
const log = pino({ level: 'silent' });

describe('a gap in the events of the PBX', () => {
  let folder: string;
  let recordDir: string;
  let told: DomainEvent[];
  let synchronised: { before: AmiEvent[]; after: AmiEvent[] }[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headset-gap-'));
    recordDir = path.join(folder, 'volume');
    told = [];
    synchronised = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const end = (gap: Gap, events: AmiEvent[] = []) =>
    gap.end(SNAPSHOT, events, (before, after) => synchronised.push({ before, after }));

  function withRecord(): Gap {
    const state = emptyState('main');
    const outbox = { lastSeq: 0, depth: 0, overflowed: false };
    const record = new RecordKeeper({
      recordDir,
      stateDir: folder,
      fromBeginning: true,
      state,
      outbox,
      tell: (change) => {
        commit(change);
        told.push(...change.facts);
      },
    });
    return new Gap(record, log);
  }

  it('is told from the record before the snapshot is taken in; events wait meanwhile, and only holds are left of those before it', async () => {
    mkdirSync(recordDir);
    writeFileSync(path.join(recordDir, 'cel.csv'), cel);
    const gap = withRecord();
    const [hold, hangup]: AmiEvent[] = [
      { name: 'Hold', at: LAST, id: '1.1' },
      { name: 'Hangup', at: LAST, id: '1.1', cause: 16, queueStatus: null },
    ];
    const later: AmiEvent = { name: 'Unhold', at: SNAPSHOT.takenAt + 1, id: '1.1' };
    end(
      gap,
      [hold, hangup].flatMap((event) => event ?? []),
    );
    expect(gap.isReading).toBe(true);
    expect(gap.keeps(later)).toBe(true);
    await until('the snapshot is taken in', () => synchronised.length > 0);
    expect(told.map(identity).toSorted()).toEqual(story.map(identity).toSorted());
    expect(synchronised).toEqual([{ before: [hold], after: [later] }]);
    expect(gap.keeps(later)).toBe(false);
    expect(gap.notReconciledSince).toBeNull();
  });

  it('takes no snapshot in when the link was lost while the record was read, but the next one', async () => {
    mkdirSync(recordDir);
    const gap = withRecord();
    end(gap);
    gap.begin(LAST);
    expect(gap.isReading).toBe(false);
    end(gap);
    await until('the next snapshot is taken in', () => synchronised.length > 0);
    expect(synchronised).toHaveLength(1);
  });

  it('leaves everything to the snapshot while there was no gap', () => {
    const gap = new Gap(null, log);
    end(gap);
    const event: AmiEvent = { name: 'Hold', at: LAST, id: '1.1' };
    end(gap, [event]);
    expect(synchronised).toEqual([
      { before: [], after: [] },
      { before: [event], after: [] },
    ]);
  });

  it('says since when calls may be missing where there is no record', () => {
    const gap = new Gap(null, log);
    const startedAt = Date.now();
    end(gap);
    expect(Math.abs(Date.parse(gap.notReconciledSince ?? '') - startedAt)).toBeLessThan(1_000);
  });

  it('says so while the record cannot be read, and no more when it was read', async () => {
    const gap = withRecord();
    end(gap);
    await until('the first snapshot is taken in', () => synchronised.length === 1);
    expect(gap.notReconciledSince).not.toBeNull();
    mkdirSync(recordDir);
    writeFileSync(path.join(recordDir, 'cel.csv'), cel);
    gap.begin(LAST);
    end(gap);
    await until('the second one is, too', () => synchronised.length === 2);
    expect(gap.notReconciledSince).toBeNull();
    expect(told).toHaveLength(story.length);
  });
});
