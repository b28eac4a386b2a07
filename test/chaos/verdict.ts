/** Does the log say what the PBX's record says? Pure. */
import type { Call } from '@headset/server/contract/calls';
import { groupBy } from './group-by.ts';
import type { RecordedCall } from './pbx-record.ts';

/**
 * A call that was seen live has AMI's times in the log, which Asterisk takes when it sends an event, and CEL's when the thing happens:
 * mostly 1 ms apart, 84 ms once where the load was 15 on two cores. Calls told from the record are exact. The table shows the largest
 * differences of each run.
 */
export const START_WITHIN_MS = 200;
export const DURATION_WITHIN_MS = 200;
/** Between times of one row. */
const ROUNDED_WITHIN_MS = 2;

export type Verdict = {
  /** Calls that are not in the log, or are there with another number, start, duration or result: each with what is wrong. */
  missing: string[];
  /** Rows of the log that are no call of the record, or are there twice. */
  duplicated: string[];
  /** Rows that are said to live. */
  stuckLive: string[];
  /** The largest differences of those that are right, in milliseconds. */
  worstStartMs: number;
  worstDurationMs: number;
};

/** What is known beside the record. */
export type Truth = {
  pbxId: string;
  /** Milliseconds since 1970, by when a PBX that had died was up again. */
  lossKnownAt: number;
  /** Names of the agents who answered last, by the number of the one who called. */
  answeredBy: ReadonlyMap<string, string>;
};

/**
 * Asked when no call lives any more. When a call died with the PBX nobody knows when: its end must lie between the last word about it and
 * `lossKnownAt`, and its duration must fit its end.
 */
export function judge(record: readonly RecordedCall[], log: readonly Call[], truth: Truth): Verdict {
  const { pbxId } = truth;
  const rows = groupBy(log, ({ id }) => id);
  const recorded = new Map(record.map((call) => [`${pbxId}-${call.id}`, call]));
  const differences = { start: [0], duration: [0] };
  const missing = [...recorded].flatMap(([id, call]) => {
    const row = rows.get(id)?.[0];
    if (row === undefined) return [`${call.number} (${id}) is not in the log`];
    const wrong = differencesOf(call, row, truth);
    if (wrong.length > 0) return [`${call.number} (${id}): ${wrong.join(', ')}`];
    differences.start.push(Math.abs(Date.parse(row.startedAt) - call.startedAt));
    if (call.endedAt !== null) differences.duration.push(Math.abs(row.durationMs - (call.endedAt - call.startedAt)));
    return [];
  });
  return {
    missing,
    duplicated: [...rows].filter(([id, same]) => !recorded.has(id) || same.length > 1).map(([id]) => id),
    stuckLive: log.filter(({ result }) => result === 'live').map(({ id }) => id),
    worstStartMs: Math.max(...differences.start),
    worstDurationMs: Math.max(...differences.duration),
  };
}

/** What the row says otherwise than the record, in words. */
function differencesOf(call: RecordedCall, row: Call, { lossKnownAt, answeredBy }: Truth): string[] {
  const wrong: string[] = [];
  const number = row.direction === 'inbound' ? call.number : call.dialled;
  if (row.number !== number) wrong.push(`the number is ${row.number ?? 'hidden'}, not ${number}`);
  const agent = answeredBy.get(call.number);
  if (agent !== undefined && row.agent?.name !== agent)
    wrong.push(`${agent} answered last, not ${row.agent?.name ?? 'nobody'}`);
  const startedAt = Date.parse(row.startedAt);
  const late = startedAt - call.startedAt;
  if (Math.abs(late) > START_WITHIN_MS) wrong.push(`starts ${late.toFixed(1)} ms late`);
  if (row.endedAt === null) return [...wrong, 'has no end'];
  if (call.endedAt === null) return [...wrong, ...differencesOfLost(call, row, lossKnownAt)];
  const longer = row.durationMs - (call.endedAt - call.startedAt);
  if (Math.abs(longer) > DURATION_WITHIN_MS) wrong.push(`lasts ${longer.toFixed(1)} ms too long`);
  if ((row.result === 'answered') !== call.talked)
    wrong.push(`is ${row.result}, but they ${call.talked ? 'talked' : 'did not talk'}`);
  return wrong;
}

function differencesOfLost(call: RecordedCall, row: Call, lossKnownAt: number): string[] {
  const wrong: string[] = [];
  if (row.result !== 'pbx_lost') wrong.push(`died with the PBX, and is ${row.result}`);
  const endedAt = Date.parse(row.endedAt ?? '');
  if (endedAt < Math.floor(call.lastAt) || endedAt > lossKnownAt) wrong.push('ends when the PBX was alive');
  if (Math.abs(endedAt - Date.parse(row.startedAt) - row.durationMs) > ROUNDED_WITHIN_MS)
    wrong.push('its duration does not fit its end');
  return wrong;
}
