/** Who hears whom. */
import type { AmiEventOf } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import type { Change, Located } from './change.ts';
import { endCall } from './call-end.ts';
import { progress } from './offers.ts';
import type { Call } from './state.ts';

/**
 * A leg entered a bridge. Legs of different calls that meet there are one call from now on: the older one. `swapId` is the leg whose
 * place it takes (a transfer with Replaces, a phone that came back after a reload).
 */
export function bridgeEnter(change: Change, event: AmiEventOf<'BridgeEnter'>): void {
  const found = change.find(event.id);
  if (found === null || found.leg.bridge === event.bridge) return;
  const entered = change.editLeg(progress(change, found, 'up', event.at), { bridge: event.bridge, talking: false });
  const replaced = event.swapId === null ? null : change.find(event.swapId);
  const others = change.inBridge(event.bridge).filter(({ leg }) => leg.id !== event.id);
  const staying = others.filter(({ leg }) => leg.id !== event.swapId);
  // The replaced leg's call counts only for a phone that came back: the one who replaces it in a transfer brings the call along.
  const meeting = staying.length === 0 && replaced !== null ? [entered, replaced] : [entered, ...staying];
  const oldest = meeting.reduce((a, b) => (b.call.startedAt < a.call.startedAt ? b : a)).call.id;
  for (const { leg } of [entered, ...staying]) moveTo(change, oldest, leg.id, event.at);
  const talking = [entered, ...staying].map(({ leg }) => leg.id);
  if (talking.length > 1) for (const id of talking) hears(change, id, event.at);
}

export function bridgeLeave(change: Change, event: AmiEventOf<'BridgeLeave'>): void {
  const located = change.find(event.id);
  if (located?.leg.bridge !== event.bridge) return;
  change.editLeg(located, { bridge: null, talking: false });
  fallSilent(change, event.bridge);
}

/** Whoever is alone in a bridge talks to nobody. */
export function fallSilent(change: Change, bridge: string): void {
  const [alone, another] = change.inBridge(bridge);
  if (alone?.leg.talking === true && another === undefined) change.editLeg(alone, { talking: false });
}

/** A leg that begins to hear another: told of our own phones. */
function hears(change: Change, legId: string, at: Micros): void {
  const located = change.find(legId);
  if (located === null || located.leg.talking) return;
  const talking = change.editLeg(located, { talking: true });
  const { extension, queued } = talking.leg;
  if (extension === null) return;
  const { call } = change.tellNext('CallConnected', talking, at, {
    extension,
    queue: queued?.queue ?? null,
    visit: queued?.visit ?? null,
    waitMs: queued === null ? 0 : talking.call.waitMs,
  });
  change.editCall(call, { connected: true });
}

/** Makes the leg one of call `callId`. A call that loses its last leg this way is over. */
function moveTo(change: Change, callId: string, legId: string, at: Micros): void {
  const located = change.find(legId);
  const target = change.call(callId);
  if (located === null || target === null || located.call.id === callId) return;
  const left = change.removeLeg(located);
  const moved = change.addLeg(target, located.leg);
  change.tellNext('LegMoved', moved, at, { fromCallId: `${change.state.pbxId}-${left.id}` });
  if (left.legs.length === 0) endEmptied(change, left, at);
}

function endEmptied(change: Change, call: Call, at: Micros): void {
  endCall(change, { ...call, connected: true, firstLegEnd: { at, cause: null } }, 'completed', null, at);
}

export function hold(change: Change, event: AmiEventOf<'Hold'>): void {
  const located = change.find(event.id);
  if (located === null || located.leg.heldAt !== null) return;
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
