/** Where the state moves on: everything else in this folder only says how. */
import type { Micros } from '../ami/header.ts';
import type { Change } from './change.ts';
import { emptyState, memberKey, type Call, type TrackerState } from './state.ts';

/** Puts a change into the state it was made from: the only function that alters it. */
export function commit(change: Change): void {
  const { state } = change;
  for (const [id, call] of change.calls) unindex(state, state.calls.get(id), call);
  for (const [id, call] of change.calls) {
    const before = state.calls.get(id);
    if (call === null) state.calls.delete(id);
    else state.calls.set(id, call);
    index(state, call, before);
    if (before === undefined) state.ordered.delete(id);
  }
  state.pbxStartedAt = change.pbxStartedAt;
  state.lastOrdinal = change.lastOrdinal;
  if (!change.isAboutPhonesOrMembers) return;
  for (const [extension, reachable] of change.phones) state.phones.set(extension, reachable);
  for (const [key, member] of change.members) {
    if (member === null) state.members.delete(key);
    else state.members.set(memberKey(member.queue, member.extension), member);
  }
}

/** The state as an earlier life of the bridge left it. */
export function restoredState(
  pbxId: string,
  kept: { calls: ReadonlyMap<string, Call>; pbxStartedAt: Micros | null; lastOrdinal: number },
): TrackerState {
  const state = emptyState(pbxId);
  for (const [id, call] of kept.calls) {
    state.calls.set(id, call);
    index(state, call, undefined);
  }
  state.pbxStartedAt = kept.pbxStartedAt;
  state.lastOrdinal = kept.lastOrdinal;
  return state;
}

function unindex(state: TrackerState, before: Call | undefined, after: Call | null): void {
  if (before === undefined || sameToTheIndices(before, after)) return;
  for (const leg of before.legs) {
    state.callOfLeg.delete(leg.id);
    if (leg.bridge === null) continue;
    const inBridge = state.legsInBridge.get(leg.bridge);
    inBridge?.delete(leg.id);
    if (inBridge?.size === 0) state.legsInBridge.delete(leg.bridge);
  }
}

function index(state: TrackerState, call: Call | null, before: Call | undefined): void {
  if (call === null || sameToTheIndices(call, before)) return;
  for (const leg of call.legs) {
    state.callOfLeg.set(leg.id, call.id);
    if (leg.bridge === null) continue;
    const inBridge = state.legsInBridge.get(leg.bridge) ?? new Set();
    state.legsInBridge.set(leg.bridge, inBridge.add(leg.id));
  }
}

/** Most changes leave the legs of a call and their bridges as they are. */
function sameToTheIndices(a: Call, b: Call | null | undefined): boolean {
  if (b == null || a.legs.length !== b.legs.length) return false;
  return a.legs.every((leg, at) => leg.id === b.legs[at]?.id && leg.bridge === b.legs[at].bridge);
}
