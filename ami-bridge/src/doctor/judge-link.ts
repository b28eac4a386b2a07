import type { Facts, PbxFacts } from './facts.ts';
import { fine, gap, warning, type Finding } from './finding.ts';
import { MENDS } from './snippets.ts';
import { isOlder, versionOf } from './version.ts';

/** Talks and rights of what Headset uses are in Asterisk since 18. */
const LEAST = '18.0.0';
/** Below it, an AMI user who may order calls might run programs; the design asserts it for our own PBX. */
const SAFE = '22.10.1';
/** A second is what people see; the record and the live events are joined by microseconds of one clock, so more is only confusing. */
const CLOCK_TOLERANCE_MS = 2_000;

export function judgeLink({ link, address: { host, port, user } }: Pick<Facts, 'link' | 'address'>): Finding[] {
  const where = `${host}:${port}`;
  switch (link) {
    case 'ready':
      return [fine('login', `AMI at ${where} takes the login of ${user}`)];
    case 'refused':
      return [gap('reachable', `Nothing listens at ${where}: is AMI enabled, and bound to an address in our reach?`)];
    case 'unreachable':
      return [gap('reachable', `${where} does not answer: a firewall, a wrong address, or not AMI`)];
    case 'login_refused':
      return [
        gap('login', `AMI refuses ${user}: no such user, a wrong secret, or permit leaves us out`, MENDS.manager),
      ];
    case 'silent':
    case 'closed':
    case 'oversized':
      return [gap('reachable', `${where} let us in and then fell silent or hung up`)];
  }
}

export function judgeVersion({ version }: Pick<PbxFacts, 'version'>): Finding[] {
  const numbers = version === null ? null : versionOf(version);
  if (version === null || numbers === null) return [warning('version', 'The PBX does not tell its version')];
  if (isOlder(numbers, LEAST))
    return [gap('version', `Asterisk ${version} is too old: Headset needs ${LEAST.split('.')[0]} or later`)];
  if (isOlder(numbers, SAFE)) {
    const risk = 'an AMI user who may order calls might run programs (CVE-2024-42365)';
    return [warning('version', `Asterisk ${version} is older than ${SAFE}: unless your release has the mend, ${risk}`)];
  }
  return [fine('version', `Asterisk ${version}`)];
}

export function judgeClock({ clockOffsetMs }: Pick<PbxFacts, 'clockOffsetMs'>): Finding[] {
  if (clockOffsetMs === null) return [warning('clock', 'The PBX does not tell its time')];
  if (Math.abs(clockOffsetMs) <= CLOCK_TOLERANCE_MS)
    return [fine('clock', `The clocks agree within ${Math.abs(clockOffsetMs)} ms`)];
  const ahead = clockOffsetMs > 0 ? 'ahead of' : 'behind';
  const seconds = (Math.abs(clockOffsetMs) / 1000).toFixed(1);
  return [warning('clock', `The clock of the PBX is ${seconds} s ${ahead} ours: set both by NTP`)];
}
