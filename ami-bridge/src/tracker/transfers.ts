/** Calls that an agent passes on. The legs' moves are told by the bridges that they enter (see bridging.ts). */
import type { AmiEventOf } from '../ami/events.ts';
import { isTold, type Change } from './change.ts';

export function blindTransfer(change: Change, event: AmiEventOf<'BlindTransfer'>): void {
  const located = change.find(event.transfererId);
  if (located === null || !isTold(located) || located.leg.transferredAt === event.at) return;
  const { extension } = located.leg;
  const told = change.tellNext('CallTransferred', change.editLeg(located, { transferredAt: event.at }), event.at, {
    way: 'blind',
    extension,
    to: event.exten,
    consultCallId: null,
  });
  change.editCall(told.call, { towards: event.exten });
}

/** `firstId` is the transferer's leg with the caller, `secondId` that of the consultation. Comes after the bridges have changed. */
export function attendedTransfer(change: Change, event: AmiEventOf<'AttendedTransfer'>): void {
  const located = change.find(event.firstId);
  if (located === null || event.destination === 'Fail' || located.leg.transferredAt === event.at) return;
  const consult = change.find(event.secondId)?.call;
  const { extension } = located.leg;
  change.tellNext('CallTransferred', change.editLeg(located, { transferredAt: event.at }), event.at, {
    way: event.destination === 'Threeway' ? 'threeway' : 'attended',
    extension,
    to: consult?.towards ?? null,
    consultCallId: consult === undefined ? null : `${change.state.pbxId}-${consult.id}`,
  });
}
