/** Channels that come, ring, answer and go. */
import type { AmiEventOf } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import { isProbe } from '../ami/probe.ts';
import type { Direction, LegOutcome } from '../domain-events.ts';
import { fallSilent } from './bridging.ts';
import { endCall } from './call-end.ts';
import { isTold, type Change, type Located } from './change.ts';
import { offerEnds, progress } from './offers.ts';
import { outcomeOfLeg, sideOf, withHangup } from './outcome.ts';
import { extensionOf, localPairOf, outsider, phone } from './party.ts';
import { settleVisit } from './queues.ts';
import type { Call, Leg, TrackerState } from './state.ts';

/**
 * A channel appeared. It belongs to the call of the channel on whose behalf it was made (Linkedid), else to the call whose id it
 * inherited, else it begins a call.
 */
export function newchannel(change: Change, event: AmiEventOf<'Newchannel'>): void {
  if (change.find(event.id) !== null || isProbe(event.linkedId)) return;
  const known = change.find(event.linkedId)?.call ?? change.call(event.headsetCall ?? event.linkedId);
  const call = known ?? openCall(change, event);
  const located = change.addLeg(call, newLeg(change.state, call, event));
  if (event.id !== call.id && isTold(located))
    change.tell('LegStarted', located.call, event.id, event.at, { party: located.leg.party });
  progress(change, located, event.state, event.at);
}

/** The extension to which our softphone sends INVITE with Replaces (pbx/asterisk/extensions.conf). */
export const RECLAIM = 'reclaim';

function openCall(change: Change, event: AmiEventOf<'Newchannel'>): Call {
  const extension = localPairOf(event.channel) === null ? extensionOf(event.channel) : null;
  // `s` is the dialplan's word for no number: a leg that the PBX itself makes has dialled nothing.
  const dialled = change.state.ordered.get(event.id)?.to ?? (event.exten === 's' ? null : event.exten);
  const direction = directionOf(change.state, extension, dialled);
  const call: Call = {
    id: event.headsetCall ?? event.linkedId,
    direction,
    startedAt: event.at,
    dialled,
    towards: extension === null ? null : dialled,
    legs: [],
    visits: 0,
    visit: null,
    waitMs: 0,
    replacing: extension !== null && event.exten === RECLAIM,
    optimising: false,
    connected: false,
    hangup: null,
    failure: null,
    firstLegEnd: null,
  };
  change.open(call);
  if (call.replacing) return call;
  change.tell('CallStarted', call, call.id, event.at, {
    direction,
    caller: extension === null ? outsider(event.number, event.callerName) : phone(extension, event.callerName),
    dialled,
    consultOf: extension === null ? null : consultOf(change.state, extension),
  });
  return call;
}

/** Phones dial each other by numbers as long as their own; *43 and its like are features of the PBX itself. */
function directionOf(state: TrackerState, extension: string | null, dialled: string | null): Direction {
  if (extension === null) return 'inbound';
  if (dialled === null) return 'outbound';
  const another = state.phones.has(dialled) || (/^\d+$/.test(dialled) && dialled.length === extension.length);
  return another || !/^\+?\d/.test(dialled) ? 'internal' : 'outbound';
}

/** The call that the extension's phone holds just now: what it dials meanwhile is for that call's sake. */
function consultOf(state: TrackerState, extension: string): string | null {
  for (const call of state.calls.values()) {
    if (call.legs.some((leg) => leg.extension === extension && leg.heldAt !== null)) return `${state.pbxId}-${call.id}`;
  }
  return null;
}

function newLeg(state: TrackerState, call: Call, event: AmiEventOf<'Newchannel'>): Leg {
  const extension = localPairOf(event.channel) === null ? extensionOf(event.channel) : null;
  const cameIn = event.id === call.id && !state.ordered.has(event.id);
  const number = cameIn ? event.number : (call.towards ?? event.number);
  return {
    id: event.id,
    channel: event.channel,
    half: localPairOf(event.channel),
    party: extension === null ? outsider(number, cameIn ? event.callerName : null) : phone(extension),
    extension,
    status: 'calling',
    startedAt: event.at,
    dialledBy: null,
    queued: null,
    offeredAt: null,
    bridge: null,
    talking: false,
    heldAt: null,
    transferredAt: null,
    dialStatus: null,
    hangupBy: null,
    ordinals: {},
  };
}

export function newstate(change: Change, event: AmiEventOf<'Newstate'>): void {
  const located = change.find(event.id);
  if (located !== null) progress(change, located, event.state, event.at);
}

export function rename(change: Change, event: AmiEventOf<'Rename'>): void {
  const located = change.find(event.id);
  if (located !== null) change.editLeg(located, { channel: event.channel });
}

export function hangupRequest(change: Change, event: AmiEventOf<'HangupRequest'>): void {
  askedToEnd(change, event.id, 'device', event.at);
}

export function softHangupRequest(change: Change, event: AmiEventOf<'SoftHangupRequest'>): void {
  askedToEnd(change, event.id, 'system', event.at);
}

function askedToEnd(change: Change, legId: string, by: 'device' | 'system', at: Micros): void {
  const located = change.find(legId);
  if (located === null || located.leg.hangupBy !== null) return;
  const { call, leg } = change.editLeg(located, { hangupBy: by });
  if (!isTold({ call, leg })) return;
  change.editCall(call, { hangup: withHangup(call, leg, by === 'device' ? sideOf(leg) : 'system', at) });
}

export function hangup(change: Change, event: AmiEventOf<'Hangup'>): void {
  const located = change.find(event.id);
  if (located === null) return;
  endLeg(
    change,
    located,
    outcomeOfLeg(located.call, located.leg, event.cause),
    event.cause,
    event.at,
    event.queueStatus,
  );
}

/** Tells the leg's end with all that ends with it: its offer, its stay in a queue, and the call when it was the last. */
export function endLeg(
  change: Change,
  located: Located,
  outcome: LegOutcome,
  cause: number | null,
  at: Micros,
  queueStatus: string | null = null,
): void {
  const settled = settleVisit(change, offerEnds(change, located, outcome, at), at, queueStatus, outcome === 'pbx_lost');
  if (isTold(settled)) change.tell('LegEnded', settled.call, settled.leg.id, at, { outcome, cause });
  const isFirst = settled.leg.id === settled.call.id;
  const call = change.editCall(change.removeLeg(settled), {
    failure: settled.leg.status === 'up' || isFirst || !isTold(settled) ? settled.call.failure : outcome,
    firstLegEnd: isFirst ? { at, cause } : settled.call.firstLegEnd,
  });
  if (settled.leg.bridge !== null) fallSilent(change, call.id);
  if (call.legs.length === 0) endCall(change, call, outcome, cause, at);
}
