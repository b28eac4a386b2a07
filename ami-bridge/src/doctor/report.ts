/** Findings as text for a terminal. */
import type { Facts } from './facts.ts';
import type { Finding, Level } from './finding.ts';

const MARKS: Readonly<Record<Level, string>> = { fine: 'ok  ', warning: 'warn', gap: 'GAP ' };

export function report({ host, port, user }: Facts['address'], findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ level, check, says, mend }) => [
    `  ${MARKS[level]}  ${check.padEnd(16)}  ${says}`,
    ...(mend === null
      ? []
      : [`${' '.repeat(26)}→ paste pbx/freepbx/snippets/${mend.snippet} into ${mend.pasteInto}, then: ${mend.then}`]),
  ]);
  return [`The PBX at ${host}:${port}, as AMI user ${user}:`, ...lines, '', sum(findings)].join('\n');
}

function sum(findings: readonly Finding[]): string {
  const [gaps, warnings] = (['gap', 'warning'] as const).map((wanted) =>
    findings.filter(({ level }) => level === wanted),
  );
  const count = (found: readonly Finding[] | undefined, one: string): string =>
    `${found?.length ?? 0} ${one}${found?.length === 1 ? '' : 's'}`;
  return `${count(gaps, 'gap')}, ${count(warnings, 'warning')}.`;
}
