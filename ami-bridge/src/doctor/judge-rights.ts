/** Which rights the AMI user has: for acting by the actions that the PBX lists for it, for seeing by the events that came. */
import type { PbxFacts } from './facts.ts';
import { fine, gap, warning, type Finding } from './finding.ts';
import { MENDS } from './snippets.ts';

/** A right for acting, an action that is listed for no other of them, and what does not work without. */
const ACTING = [
  { right: 'call', action: 'redirect', lost: 'hanging up and transferring from the screen' },
  { right: 'agent', action: 'queuepause', lost: 'pauses and queue memberships' },
  { right: 'originate', action: 'originate', lost: 'click-to-call' },
] as const;

/** What needs more than least privilege. Each is listed with one right that Headset never asks for. */
const TOO_MUCH = [
  { right: 'command', action: 'command' },
  { right: 'config', action: 'updateconfig' },
  { right: 'system', action: 'mixmonitor' },
] as const;

const SEEING = [
  { right: 'call', lost: 'no call is seen' },
  { right: 'agent', lost: 'queues and their members are not seen' },
] as const;

/** A PBX that lets our user do nothing wants to be read-only. */
export function isReadOnly({ actions }: Pick<PbxFacts, 'actions'>): boolean {
  return !ACTING.some(({ action }) => actions.includes(action));
}

export function judgeWriting({ actions }: Pick<PbxFacts, 'actions'>): Finding[] {
  const may = (action: string): boolean => actions.includes(action);
  const findings: Finding[] = [];
  const missing = ACTING.filter(({ action }) => !may(action));
  if (isReadOnly({ actions })) {
    findings.push(fine('write', 'Read-only: calls pop up and are logged, every command from the screen is refused'));
  } else {
    for (const { right, lost } of missing)
      findings.push(gap(`write-${right}`, `The user lacks write=${right}: without it, no ${lost}`, MENDS.manager));
    if (missing.length === 0) findings.push(fine('write', 'Commands are allowed: call, agent, originate'));
  }
  if (!may('coreshowchannels'))
    findings.push(
      gap(
        'write-reporting',
        'The user lacks write=reporting: calls that run already cannot be asked for',
        MENDS.manager,
      ),
    );
  for (const { right } of TOO_MUCH.filter(({ action }) => may(action)))
    findings.push(
      warning('write-too-much', `The user has write=${right}, which Headset never uses: take it away`, MENDS.manager),
    );
  return findings;
}

export function judgeReading({ booted, heard, probe }: Pick<PbxFacts, 'booted' | 'heard' | 'probe'>): Finding[] {
  const system = booted
    ? fine('read-system', 'A restart of the PBX is told (read=system)')
    : gap('read-system', 'The user lacks read=system: a restart of the PBX goes unnoticed', MENDS.manager);
  const provoked = { call: probe === 'made', agent: heard.memberProbed };
  const seen = SEEING.map(({ right, lost }) => {
    if (heard.classes.has(right)) return fine(`read-${right}`, `Events of the class ${right} arrive`);
    if (provoked[right]) return gap(`read-${right}`, `The user lacks read=${right}: ${lost}`, MENDS.manager);
    return warning(`read-${right}`, `No event of the class ${right} came while we listened: try again during a call`);
  });
  return [system, ...seen];
}
