import type { Directory, Member, PbxFacts } from './facts.ts';
import { fine, gap, warning, type Finding } from './finding.ts';

/** Whether each member of a queue can be told to be an agent, and is rung only when free. */
export function judgeMembers({ queues, members, missingHints }: PbxFacts): Finding[] {
  if (queues.length === 0) return [warning('queues', 'The PBX has no queues')];
  const findings: Finding[] = [];
  const nameless = members.filter(({ extension }) => extension === null);
  for (const { queue, interface: dialled } of nameless)
    findings.push(
      gap('members', `Queue ${queue} rings ${dialled}: which extension that is, neither name nor interface tells`),
    );
  for (const { queue, interface: dialled } of members.filter(watchesNothing))
    findings.push(
      warning('members', `Queue ${queue} rings ${dialled} without a state interface: it rings agents who talk already`),
    );
  for (const hint of missingHints)
    findings.push(gap('hints', `${hint} does not exist, and members' states hang on it: they are not rung`));
  if (findings.length > 0) return findings;
  const forms = [...new Set(members.map(formOf))].join(', ') || 'none yet';
  return [fine('members', `${queues.length} queues, ${members.length} memberships; members are written ${forms}`)];
}

/** A Local channel is always free: only what it leads to can be busy. */
function watchesNothing({ interface: dialled, stateInterface }: Member): boolean {
  return dialled.startsWith('Local/') && (stateInterface === null || stateInterface.startsWith('Local/'));
}

function formOf({ interface: dialled, extension }: Member): string {
  return extension === null ? dialled : dialled.replace(extension, 'EXTENSION');
}

/** Whether our agents and queues are the PBX's. */
export function judgeMapping(pbx: PbxFacts, directory: Directory): Finding[] {
  return [...judgeAgents(pbx, directory), ...judgeQueueCodes(pbx, directory)];
}

function judgeAgents({ members, extensions }: PbxFacts, { agents }: Directory): Finding[] {
  if (extensions === null) return [warning('agents', 'Which extensions there are, our user may not ask')];
  const known = new Set([...extensions, ...members.flatMap(({ extension }) => extension ?? [])]);
  const withPhone = agents.flatMap(({ login, extension }) => (extension === null ? [] : [{ login, extension }]));
  const strangers = withPhone.filter(({ extension }) => !known.has(extension));
  if (strangers.length === 0)
    return [fine('agents', `The extensions of all ${withPhone.length} agents with a phone are known to the PBX`)];
  return strangers.map(({ login, extension }) =>
    gap('agents', `Agent ${login} has extension ${extension}, which the PBX does not know: no call reaches the screen`),
  );
}

function judgeQueueCodes({ queues }: PbxFacts, directory: Directory): Finding[] {
  const findings = [
    ...directory.queues
      .filter((code) => !queues.includes(code))
      .map((code) => gap('queue-codes', `Queue ${code} of Headset does not exist at the PBX`)),
    ...queues
      .filter((code) => !directory.queues.includes(code))
      .map((code) =>
        warning('queue-codes', `Queue ${code} of the PBX is not in Headset: its calls belong to no queue there`),
      ),
  ];
  return findings.length > 0 ? findings : [fine('queue-codes', 'Headset and the PBX have the same queues')];
}
