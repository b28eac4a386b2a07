/** Facts about no call: which phones can be rung, and who takes calls of which queue. Told only when they change. */
import type { AmiEventOf, QueueMember } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import type { Change } from './change.ts';
import { extensionOf, extensionOfMember } from './party.ts';
import { memberKey, type ObservedMember } from './state.ts';

const CANNOT_RING = new Set(['UNAVAILABLE', 'INVALID']);
const CONTACT_GONE = new Set(['Removed', 'Unreachable']);

export function deviceStateChange(change: Change, event: AmiEventOf<'DeviceStateChange'>): void {
  const extension = extensionOf(event.device);
  if (extension !== null) observePhone(change, extension, !CANNOT_RING.has(event.state), event.at);
}

/** Tells of a lost phone in mid-call too, when the device stays "in use": a browser's page that was closed or reloaded. */
export function contactStatus(change: Change, event: AmiEventOf<'ContactStatus'>): void {
  const extension = extensionOf(`PJSIP/${event.aor}`);
  if (extension !== null) observePhone(change, extension, !CONTACT_GONE.has(event.status), event.at);
}

/** @param always tell it even when nothing changed, as after a reconnect */
export function observePhone(change: Change, extension: string, reachable: boolean, at: Micros, always = false): void {
  const known = change.phones.get(extension) ?? change.state.phones.get(extension);
  if (known === reachable && !always) return;
  change.phones.set(extension, reachable);
  change.tellOfPbx(reachable ? 'PhoneReachable' : 'PhoneUnreachable', at, { extension });
}

export function queueMemberChanged(change: Change, event: { at: Micros; member: QueueMember }): void {
  observeMember(change, event.member, event.at);
}

export function queueMemberRemoved(change: Change, event: AmiEventOf<'QueueMemberRemoved'>): void {
  const extension = extensionOfMember(event.member, event.interface);
  if (extension !== null) forgetMember(change, event.queue, extension, event.at);
}

/** @param always as in `observePhone` */
export function observeMember(change: Change, member: QueueMember, at: Micros, always = false): void {
  const extension = extensionOfMember(member.member, member.interface);
  if (extension === null) return;
  const key = memberKey(member.queue, extension);
  const seen: ObservedMember = { ...member, extension, pauseReason: member.paused ? member.pauseReason : null };
  const known = change.state.members.get(key);
  const same = known !== undefined && sameToUs(known, seen);
  // Asterisk says so at each change of the phone's state.
  if (same && !always) return;
  change.members.set(key, seen);
  const { queue, penalty, paused, pauseReason } = seen;
  change.tellOfPbx('MemberObserved', at, { queue, extension, penalty, paused, pauseReason });
}

export function forgetMember(change: Change, queue: string, extension: string, at: Micros): void {
  const key = memberKey(queue, extension);
  if (!change.state.members.has(key)) return;
  change.members.set(key, null);
  change.tellOfPbx('MemberRemoved', at, { queue, extension });
}

function sameToUs(a: ObservedMember, b: ObservedMember): boolean {
  const sameDuty = a.penalty === b.penalty && a.paused === b.paused && a.pauseReason === b.pauseReason;
  return sameDuty && a.interface === b.interface && a.stateInterface === b.stateInterface && a.member === b.member;
}
