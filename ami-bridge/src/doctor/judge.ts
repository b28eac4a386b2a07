/** Facts → findings. Pure. */
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { judgeEvents } from './judge-events.ts';
import { judgeClock, judgeLink, judgeVersion } from './judge-link.ts';
import { judgePhones } from './judge-phones.ts';
import { judgeMapping, judgeMembers } from './judge-queues.ts';
import { judgeRecord } from './judge-record.ts';
import { isReadOnly, judgeReading, judgeWriting } from './judge-rights.ts';
import { MENDS } from './snippets.ts';

/** Every finding, in the order in which one would mend them. Nothing about the PBX where it did not let us in. */
export function judge(facts: Facts): Finding[] {
  const { pbx, directory } = facts;
  const inside =
    pbx === null
      ? []
      : [
          ...judgeVersion(pbx),
          ...judgeWriting(pbx),
          ...judgeReading(pbx),
          ...judgeEvents(pbx),
          ...judgeClock(pbx),
          ...judgeMembers(pbx),
          ...(directory === null ? [] : judgeMapping(pbx, directory)),
        ];
  const findings = [...judgeLink(facts), ...inside, ...judgeRecord(facts.record), ...judgePhones(facts.phones)];
  return pbx !== null && isReadOnly(pbx) ? findings.map(mendedReadOnly) : findings;
}

/** Whoever lets us see alone is not told to let us do more. */
function mendedReadOnly(finding: Finding): Finding {
  return finding.mend === MENDS.manager ? { ...finding, mend: MENDS.managerReadOnly } : finding;
}
