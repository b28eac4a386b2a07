/** Who hears whom. */
import type { AmiEventOf } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import { isTold, type Change, type Located } from './change.ts';
import { endCall } from './call-end.ts';
import { otherHalf, progress } from './offers.ts';
import type { Call } from './state.ts';

/**
 * A leg entered a bridge. Legs of different calls that meet there are one call from now on: the older one. `swapId` is the leg whose
 * place it takes (a transfer with Replaces, a phone that came back after a reload).
 */
export function bridgeEnter(change: Change, event: AmiEventOf<'BridgeEnter'>): void {
  const found = change.find(event.id);
  if (found === null || found.leg.bridge === event.bridge) return;
  const replaced = event.swapId === null ? null : change.find(event.swapId);
  // A phone that comes back goes on with what its former leg was rung for.
  const queued = found.call.replacing ? (replaced?.leg.queued ?? null) : found.leg.queued;
  const enters = { bridge: event.bridge, talking: false, queued };
  const entered = change.editLeg(progress(change, found, 'up', event.at), enters);
  const others = change.inBridge(event.bridge).filter(({ leg }) => leg.id !== event.id);
  const staying = others.filter(({ leg }) => leg.id !== event.swapId);
  // The replaced leg's call counts only for a phone that came back: the one who replaces it in a transfer brings the call along.
  const meeting = staying.length === 0 && replaced !== null ? [entered, replaced] : [entered, ...staying];
  const oldest = meeting.reduce((a, b) => (b.call.startedAt < a.call.startedAt ? b : a)).call.id;
  for (const { leg } of [entered, ...staying]) moveTo(change, oldest, leg.id, event.at);
  const together = hearing(change, event.id);
  if (together.length > 1) for (const id of together) hears(change, id, event.at);
}

export function bridgeLeave(change: Change, event: AmiEventOf<'BridgeLeave'>): void {
  const located = change.find(event.id);
  if (located?.leg.bridge !== event.bridge) return;
  const { optimising, id } = located.call;
  change.editLeg(located, { bridge: null, talking: optimising && located.leg.talking });
  const leftBehind = change.inBridge(event.bridge).map(({ call }) => call.id);
  for (const callId of new Set([id, ...leftBehind])) fallSilent(change, callId);
}

/** Asterisk takes a Local channel out of a call: for a moment its legs are in no bridge, and nobody hears a break. */
export function localOptimizationBegin(change: Change, event: AmiEventOf<'LocalOptimizationBegin'>): void {
  const located = change.find(event.id);
  if (located !== null) change.editCall(located.call, { optimising: true });
}

export function localOptimizationEnd(change: Change, event: AmiEventOf<'LocalOptimizationEnd'>): void {
  const located = change.find(event.id);
  if (located === null) return;
  change.editCall(located.call, { optimising: false });
  fallSilent(change, located.call.id);
}

/** Those of the call who hear nobody any more talk to nobody. */
export function fallSilent(change: Change, callId: string): void {
  const call = change.call(callId);
  if (call === null || call.optimising) return;
  for (const { id, talking } of call.legs) {
    const located = talking && hearing(change, id).length < 2 ? change.find(id) : null;
    if (located !== null) change.editLeg(located, { talking: false });
  }
}

/** The legs that hear each other with this one, itself included: those in its bridge, and through the Local halves there, those beyond. */
function hearing(change: Change, legId: string): string[] {
  const seen = new Set([legId]);
  const found: string[] = [];
  for (const id of seen) {
    const located = change.find(id);
    if (located === null) continue;
    const { leg } = located;
    if (leg.half === null) found.push(id);
    if (leg.bridge !== null) for (const other of change.inBridge(leg.bridge)) seen.add(other.leg.id);
    const beyond = otherHalf(located);
    if (beyond !== null) seen.add(beyond.id);
  }
  return found;
}

/** A leg begins to hear another: told of our own phones. */
function hears(change: Change, legId: string, at: Micros): void {
  const located = change.find(legId);
  if (located === null || located.leg.talking) return;
  const call = change.editCall(located.call, { connected: true });
  const talking = change.editLeg({ call, leg: located.leg }, { talking: true });
  const { extension, queued } = talking.leg;
  if (extension === null) return;
  change.tellNext('CallConnected', talking, at, {
    extension,
    queue: queued?.queue ?? null,
    visit: queued?.visit ?? null,
    waitMs: queued === null ? 0 : call.waitMs,
  });
}

/** Makes the leg one of call `callId`. A call that loses its last leg this way is over. */
export function moveTo(change: Change, callId: string, legId: string, at: Micros): void {
  const located = change.find(legId);
  const target = change.call(callId);
  if (located === null || target === null || located.call.id === callId) return;
  const left = change.removeLeg(located);
  const moved = change.addLeg(target, located.leg);
  if (left.replacing) beginLate(change, moved, at);
  else if (isTold(moved)) change.tellNext('LegMoved', moved, at, { fromCallId: `${change.state.pbxId}-${left.id}` });
  if (left.legs.length === 0) endEmptied(change, left, legId, at);
}

/** A phone that took over another's place: for the call it is a leg that began and answered now. */
function beginLate(change: Change, located: Located, at: Micros): void {
  const { id, party, status } = located.leg;
  change.tell('LegStarted', located.call, id, at, { party });
  if (status === 'up') change.tell('LegAnswered', located.call, id, at, {});
}

/** The call's last leg went into another. Its first one may have been another still, whose end was not seen. */
function endEmptied(change: Change, call: Call, movedId: string, at: Micros): void {
  const firstLegEnd = movedId === call.id ? { at, cause: null } : call.firstLegEnd;
  endCall(change, { ...call, connected: true, firstLegEnd }, 'completed', null, at);
}

export function hold(change: Change, event: AmiEventOf<'Hold'>): void {
  const located = change.find(event.id);
  if (located === null || located.leg.heldAt !== null || !isTold(located)) return;
  const held = change.editLeg(located, { heldAt: event.at });
  change.tellNext('CallHeld', held, event.at, { extension: held.leg.extension });
}

export function unhold(change: Change, event: AmiEventOf<'Unhold'>): void {
  const located = change.find(event.id);
  if (located !== null) retrieve(change, located, event.at);
}

/** Tells that the leg took the other party back, if it had put them on hold. */
export function retrieve(change: Change, located: Located, at: Micros): void {
  const { heldAt, extension, id, ordinals } = located.leg;
  if (heldAt === null) return;
  const heldMs = Math.max(0, Math.floor(at / 1000) - Math.floor(heldAt / 1000));
  change.tell('CallRetrieved', located.call, id, at, { extension, heldMs }, (ordinals.CallHeld ?? 1) - 1);
  change.editLeg(located, { heldAt: null });
}
