import type { RecordFacts } from './facts.ts';
import { fine, gap, warning, type Finding } from './finding.ts';
import { MENDS } from './snippets.ts';

/** A PBX that had no call for a day is closed, or does not write its record. */
const STALE_SECONDS = 24 * 3600;

/** Whether calls that we do not see can be told afterwards. */
export function judgeRecord(record: RecordFacts): Finding[] {
  if (record.source === 'none') {
    const comes = 'calls that end while Headset is down are not in the log';
    return [warning('record', `No record of calls is read (PBX_RECORD_DIR): ${comes}`, MENDS.recordFile)];
  }
  const { file } = record;
  switch (record.state) {
    case 'missing':
      return [
        gap('record', `There is no ${file}: the PBX does not write it, or it is not mounted here`, MENDS.recordFile),
      ];
    case 'unreadable':
      return [gap('record', `${file} may not be read by this user`)];
    case 'foreign':
      return [gap('record', `${file} has other columns than ours`, MENDS.recordFile)];
    case 'readable':
      return judgeEntries(record);
  }
}

function judgeEntries(record: Extract<RecordFacts, { state: 'readable' }>): Finding[] {
  const { file, hasProbe, lastAgeSeconds, foreignCallIds } = record;
  if (foreignCallIds)
    return [
      gap(
        'record',
        `${file} has account codes in its third column, which Headset takes for call ids`,
        MENDS.recordFile,
      ),
    ];
  if (hasProbe === false) return [gap('record', `${file} is not written: our probe is not in it`, MENDS.record)];
  if (hasProbe === null && lastAgeSeconds === null)
    return [warning('record', `${file} is empty: whether the PBX writes it, its next call will tell`)];
  if (hasProbe === null && lastAgeSeconds !== null && lastAgeSeconds > STALE_SECONDS) {
    const hours = Math.round(lastAgeSeconds / 3600);
    return [warning('record', `${file} was last written ${hours} hours ago`, MENDS.record)];
  }
  return [fine('record', `${file} is written: calls that Headset does not see are told afterwards`)];
}
