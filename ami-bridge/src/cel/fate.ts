/** What became of calls that the record leaves open, judged by a snapshot of the PBX. Pure. */
import type { Micros } from '../ami/header.ts';
import type { Snapshot } from '../ami/snapshot.ts';
import type { CelRecord } from './cel-record.ts';

/**
 * later: it began after the snapshot, and the events that follow tell it · lives: it stands in the snapshot · died: all of it was
 * written before the PBX started that is there now · gone: the PBX has it no more, and the record does not say yet how it ended.
 */
export type Fate = 'later' | 'lives' | 'died' | 'gone';

export function fateOf(records: readonly CelRecord[], { takenAt, pbxStartedAt, channels }: Snapshot): Fate {
  if ((records[0]?.at ?? 0) > takenAt) return 'later';
  if (channels.some(({ id }) => records.some((record) => record.id === id))) return 'lives';
  return pbxStartedAt !== null && records.every(({ at }) => at < pbxStartedAt) ? 'died' : 'gone';
}

/**
 * When the PBX died that was there before the snapshot: when its link broke, if it wrote nothing about the calls that died with it
 * after that; else it is known only that it was before it started again.
 * @param dead the records of those calls
 * @param disconnectedAt when the link broke, if this process saw it
 */
export function diedAt(
  dead: readonly (readonly CelRecord[])[],
  { pbxStartedAt, takenAt }: Snapshot,
  disconnectedAt: Micros | null,
): Micros {
  const startedAt = pbxStartedAt ?? takenAt;
  const lastSign = dead.reduce((last, records) => Math.max(last, records.at(-1)?.at ?? 0), 0);
  const brokeOnDying = disconnectedAt !== null && disconnectedAt < startedAt && disconnectedAt >= lastSign;
  return brokeOnDying ? disconnectedAt : startedAt;
}
