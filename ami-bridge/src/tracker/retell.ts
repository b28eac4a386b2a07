/**
 * All that still holds of the live calls, told once more with the ordinals that it had: for a server that missed facts because the
 * outbox had no room. What it knows already meets its own row there.
 */
import { Change, isTold } from './change.ts';
import { outsider, phone } from './party.ts';
import type { Call, Leg, TrackerState } from './state.ts';

export function retell(state: TrackerState): Change {
  const change = new Change(state);
  for (const call of state.calls.values()) if (!call.replacing) retellCall(change, call);
  return change;
}

function retellCall(change: Change, call: Call): void {
  const first = call.legs.find(({ id }) => id === call.id);
  const { direction, startedAt, dialled } = call;
  const caller = first?.party ?? outsider(null, null);
  change.tell('CallStarted', call, call.id, startedAt, { direction, caller, dialled, consultOf: null });
  if (call.visit !== null) {
    const { legId, joinedAt, queue, visit, ordinal } = call.visit;
    change.tell('CallQueued', call, legId, joinedAt, { queue, visit, position: null }, ordinal);
  }
  for (const leg of call.legs) if (isTold({ call, leg })) retellLeg(change, call, leg);
  // Nothing of the call is different, but its state must stand beside the facts.
  change.open(call);
}

function retellLeg(change: Change, call: Call, leg: Leg): void {
  const { id, startedAt, extension, queued, ordinals } = leg;
  const last = { offered: (ordinals.CallOffered ?? 1) - 1, connected: (ordinals.CallConnected ?? 1) - 1 };
  const stay = { queue: queued?.queue ?? null, visit: queued?.visit ?? null };
  if (id !== call.id) {
    const party = extension === null ? leg.party : phone(extension);
    change.tell('LegStarted', call, id, startedAt, { party });
  }
  if (leg.status === 'up') change.tell('LegAnswered', call, id, startedAt, {});
  if (extension === null) return;
  if (leg.offeredAt !== null) {
    change.tell('CallOffered', call, id, leg.offeredAt, { extension, ...stay }, last.offered);
  }
  if (leg.talking) {
    const waitMs = queued === null ? 0 : call.waitMs;
    change.tell('CallConnected', call, id, startedAt, { extension, ...stay, waitMs }, last.connected);
  }
  if (leg.heldAt !== null) change.tell('CallHeld', call, id, leg.heldAt, { extension }, (ordinals.CallHeld ?? 1) - 1);
}
