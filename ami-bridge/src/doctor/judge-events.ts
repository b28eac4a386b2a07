import type { PbxFacts } from './facts.ts';
import { fine, gap, warning, type Finding } from './finding.ts';
import { MENDS } from './snippets.ts';
import { hasNewEventFilters, versionOf } from './version.ts';

/** Events that Headset does not use and a PBX sends many of, and what lets them through. */
const KEYS = ['DTMFBegin', 'DTMFEnd'];
const NOISE = ['RTCPSent', 'RTCPReceived', 'Newexten'];

/** What the events carry, and which of them had better stay away. */
export function judgeEvents(pbx: Pick<PbxFacts, 'heard' | 'version' | 'probe'>): Finding[] {
  return [...judgeTimes(pbx), ...judgeVariables(pbx), ...judgeFilters(pbx)];
}

function judgeTimes({ heard }: Pick<PbxFacts, 'heard'>): Finding[] {
  if (heard.events === 0) return [warning('timestamps', 'No event came: whether timestampevents is set is not known')];
  if (heard.timestamped) return [fine('timestamps', 'Events carry their time (timestampevents)')];
  const comes = 'durations are taken from our clock and from the moment of arrival';
  return [gap('timestamps', `Events carry no time (timestampevents = yes is missing): ${comes}`, MENDS.manager)];
}

/** Our dialplan sets HEADSET_CALL; another PBX's need not, but click-to-call does. */
function judgeVariables({ heard, probe }: Pick<PbxFacts, 'heard' | 'probe'>): Finding[] {
  if (heard.variables === null) {
    if (probe === 'made') return []; // read-call is the gap then
    return [warning('channelvars', 'No event of a channel came: whether channelvars is set is not known')];
  }
  const missing = ['HEADSET_CALL', 'QUEUESTATUS'].filter((name) => !heard.variables?.has(name));
  if (missing.length === 0) return [fine('channelvars', 'Events of channels carry HEADSET_CALL and QUEUESTATUS')];
  const comes = 'why a caller left a queue, and which call a transferred leg belongs to, is guessed in rare cases';
  return [gap('channelvars', `channelvars lacks ${missing.join(' and ')}: ${comes}`, MENDS.manager)];
}

function judgeFilters({ heard, version }: Pick<PbxFacts, 'heard' | 'version'>): Finding[] {
  const findings: Finding[] = [];
  const seen = (names: readonly string[]): string[] => names.filter((name) => heard.names.has(name));
  if (seen(KEYS).length > 0)
    findings.push(
      warning(
        'event-keys',
        'What callers key in (accounts, cards) is sent to us: leave dtmf out of read',
        MENDS.manager,
      ),
    );
  if (seen(['VarSet']).length > 0) {
    const numbers = version === null ? null : versionOf(version);
    const isNew = numbers === null || hasNewEventFilters(numbers);
    const line = isNew ? 'eventfilter(action(exclude),name(VarSet)) =' : 'eventfilter = !Event: VarSet';
    findings.push(
      warning(
        'event-filter',
        `VarSet is half of all events, and nobody reads it; add to the user: ${line}`,
        MENDS.manager,
      ),
    );
  }
  const noise = seen(NOISE);
  if (noise.length > 0)
    findings.push(
      warning(
        'event-noise',
        `${noise.join(', ')} come for nobody: leave dialplan and reporting out of read`,
        MENDS.manager,
      ),
    );
  return findings.length > 0 ? findings : [fine('event-filter', 'No events come that nobody reads')];
}
