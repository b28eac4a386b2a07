/**
 * Makes the state agree with a snapshot of the PBX, after any gap in the events. What is gone is ended, what is new is told through
 * the very handlers that would have told it live: so a fact has the same identity however we came to know it.
 */
import type { Micros } from '../ami/header.ts';
import type { Snapshot, SnapshotChannel } from '../ami/snapshot.ts';
import type { EventOf } from '../domain-events.ts';
import { fallSilent, moveTo, retrieve } from './bridging.ts';
import { Change, iso } from './change.ts';
import { endLeg, RECLAIM } from './legs.ts';
import { outcomeOfLeg } from './outcome.ts';
import { extensionOf, extensionOfMember } from './party.ts';
import { forgetMember, observeMember, observePhone } from './phones-and-members.ts';
import { settleVisit } from './queues.ts';
import type { Call, TrackerState } from './state.ts';
import { dispatch } from './step.ts';
import { memberKey } from './state.ts';

/** Uptime comes in whole seconds and a moment late: a start that is this much later is another start. */
const ANOTHER_START_MICROS = 5_000_000;

export function reconcile(state: TrackerState, snapshot: Snapshot): Change {
  const change = new Change(state);
  const at = snapshot.takenAt;
  const startedAt = snapshot.pbxStartedAt;
  const restarted =
    startedAt !== null && state.pbxStartedAt !== null && startedAt - state.pbxStartedAt > ANOTHER_START_MICROS;
  if (restarted) endTheLost(change, snapshot);
  // Beginnings first: a call whose known legs are gone may live on in one that nobody saw begin.
  startWhatIsNew(change, snapshot);
  for (const channel of snapshot.channels) meetUnseen(change, channel, at);
  if (!restarted) endWhatIsGone(change, snapshot);
  joinAndDial(change, snapshot);
  const waiting = new Set(snapshot.entries.map(({ id }) => id));
  for (const channel of snapshot.channels) follow(change, channel, waiting.has(channel.id), at);
  followHolds(change, snapshot);
  for (const call of change.state.calls.values()) optimised(change, call.id);
  if (restarted || change.pbxStartedAt === null) change.pbxStartedAt = startedAt;
  tellConnected(change, snapshot);
  tellPhonesAndMembers(change, snapshot);
  return change;
}

/** The fact that the link to the PBX is lost; calls stay as they were last seen. */
export function disconnected(state: TrackerState, reason: EventOf<'PbxDisconnected'>['reason'], at: Micros): Change {
  const change = new Change(state);
  change.tellOfPbx('PbxDisconnected', at, { reason });
  return change;
}

/** What lived in the PBX's former life. Calls of the present one are known already when its own record told them. */
function endTheLost(change: Change, { channels, takenAt }: Snapshot): void {
  const alive = new Set(channels.map(({ id }) => id));
  for (const { legs } of change.state.calls.values()) {
    for (const { id } of legs.toReversed()) {
      const located = alive.has(id) ? null : change.find(id);
      if (located !== null) endLeg(change, located, 'pbx_lost', null, takenAt);
    }
  }
}

function endWhatIsGone(change: Change, snapshot: Snapshot): void {
  const alive = new Set(snapshot.channels.map(({ id }) => id));
  for (const { legs } of change.state.calls.values()) {
    // The first leg last: how it ended is read from the others.
    for (const { id } of legs.toReversed()) {
      const located = alive.has(id) ? null : change.find(id);
      if (located === null) continue;
      const call = unseenEnd(change, located.call, snapshot.takenAt);
      const left = change.editLeg({ call, leg: located.leg }, { hangupBy: located.leg.hangupBy ?? 'device' });
      endLeg(change, left, outcomeOfLeg(call, located.leg, null), null, snapshot.takenAt);
    }
  }
}

/** Nobody saw who ended it. */
function unseenEnd(change: Change, call: Call, at: Micros): Call {
  return call.hangup === null ? change.editCall(call, { hangup: { legId: '', by: 'unknown', at } }) : call;
}

/** Channels that nobody has told of, in the order of their making. */
function startWhatIsNew(change: Change, snapshot: Snapshot): void {
  const unknown = snapshot.channels.filter(({ id }) => change.find(id) === null).toSorted(byAge);
  for (const channel of unknown) {
    const { bridge: _, startedAt, ...rest } = channel;
    dispatch(change, { name: 'Newchannel', at: startedAt, ...rest, state: 'down' });
  }
}

/** A leg that bears an older call's linked id has met it in a bridge, even if they have parted again. */
function meetUnseen(change: Change, { id, linkedId }: SnapshotChannel, at: Micros): void {
  const own = change.find(id)?.call;
  const older = change.call(linkedId);
  if (own !== undefined && older !== null && older.startedAt < own.startedAt) moveTo(change, older.id, id, at);
}

/** Callers into their queues, and then who is being dialled for whom. */
function joinAndDial(change: Change, snapshot: Snapshot): void {
  for (const { id, queue, position, joinedAt } of snapshot.entries) {
    dispatch(change, { name: 'QueueCallerJoin', at: joinedAt, id, queue, position });
  }
  for (const { id, linkedId, channel, exten, startedAt } of snapshot.channels) {
    const leg = change.find(id)?.leg;
    if (leg === undefined || leg.half !== null || leg.dialledBy !== null || exten === RECLAIM) continue;
    if (id === linkedId || change.find(linkedId) === null) continue;
    dispatch(change, {
      name: 'DialBegin',
      at: startedAt,
      id: linkedId,
      destId: id,
      destChannel: channel,
      dialString: null,
    });
  }
}

function byAge(a: SnapshotChannel, b: SnapshotChannel): number {
  if (a.id === a.linkedId || b.id === b.linkedId) return Number(b.id === b.linkedId) - Number(a.id === a.linkedId);
  return a.startedAt - b.startedAt || a.id.localeCompare(b.id, 'en', { numeric: true });
}

/** Whatever was being optimised when the link was lost is over by now. */
function optimised(change: Change, callId: string): void {
  const call = change.call(callId);
  if (call?.optimising !== true) return;
  change.editCall(call, { optimising: false });
  fallSilent(change, callId);
}

/** State, queue and bridge of a channel that lives. */
function follow(change: Change, channel: SnapshotChannel, waiting: boolean, at: Micros): void {
  const { id, state, bridge } = channel;
  dispatch(change, { name: 'Newstate', at, id, state, number: null });
  const located = change.find(id);
  if (located === null) return;
  if (located.leg.bridge !== null && located.leg.bridge !== bridge) {
    dispatch(change, { name: 'BridgeLeave', at, id, bridge: located.leg.bridge });
  }
  if (!waiting) leaveQueueUnseen(change, id, at);
  if (bridge !== null) dispatch(change, { name: 'BridgeEnter', at, id, bridge, swapId: null });
}

function leaveQueueUnseen(change: Change, id: string, at: Micros): void {
  const visit = change.find(id)?.call.visit;
  if (visit == null || visit.legId !== id) return;
  dispatch(change, { name: 'QueueCallerLeave', at, id, queue: visit.queue });
  const located = change.find(id);
  if (located !== null) settleVisit(change, located, at, null);
}

/**
 * Hold is in no list but that of devices, and there only where the endpoint has no `device_state_busy_at`: with it, as on our own PBX,
 * a held call is BUSY like any other (fixture hold-and-retrieve), and what was last seen stands.
 */
function followHolds(change: Change, snapshot: Snapshot): void {
  const states = new Map(snapshot.devices.map(({ device, state }) => [extensionOf(device), state]));
  const legsOf = (extension: string) => snapshot.channels.filter(({ channel }) => extensionOf(channel) === extension);
  for (const { id } of snapshot.channels) {
    const located = change.find(id);
    const extension = located?.leg.extension ?? null;
    const state = extension === null ? undefined : states.get(extension);
    // Of a phone with two calls the device does not say which it holds.
    if (located === null || state === undefined || extension === null || legsOf(extension).length > 1) continue;
    if (located.leg.heldAt !== null && state === 'INUSE') retrieve(change, located, snapshot.takenAt);
    if (state === 'ONHOLD' && located.leg.status === 'up') dispatch(change, { name: 'Hold', at: snapshot.takenAt, id });
  }
}

function tellConnected(change: Change, snapshot: Snapshot): void {
  const open = [...change.state.calls.keys()].filter((id) => change.call(id) !== null);
  const begun = [...change.calls].flatMap(([id, call]) => (call === null || change.state.calls.has(id) ? [] : [id]));
  change.tellOfPbx('PbxConnected', snapshot.takenAt, {
    pbxVersion: snapshot.pbxVersion,
    pbxStartedAt: iso(change.pbxStartedAt ?? snapshot.takenAt),
    clockOffsetMs: snapshot.clockOffsetMs,
    openCallIds: [...open, ...begun].map((id) => `${change.state.pbxId}-${id}`),
  });
}

function tellPhonesAndMembers(change: Change, snapshot: Snapshot): void {
  const at = snapshot.takenAt;
  for (const { device, state } of snapshot.devices) {
    const extension = extensionOf(device);
    if (extension !== null) observePhone(change, extension, state !== 'UNAVAILABLE' && state !== 'INVALID', at, true);
  }
  const present = new Set<string>();
  for (const member of snapshot.members) {
    const extension = extensionOfMember(member.member, member.interface);
    if (extension !== null) present.add(memberKey(member.queue, extension));
    observeMember(change, member, at, true);
  }
  for (const [key, { queue, extension }] of change.state.members) {
    if (!present.has(key)) forgetMember(change, queue, extension, at);
  }
}
