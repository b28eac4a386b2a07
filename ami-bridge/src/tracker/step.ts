/** The tracker: one event of the PBX in, facts and changed calls out. Pure; `commit` of the change then moves the state on. */
import type { AmiEvent, AmiEventName, AmiEventOf } from '../ami/events.ts';
import { bridgeEnter, bridgeLeave, hold, localOptimizationBegin, localOptimizationEnd, unhold } from './bridging.ts';
import { Change } from './change.ts';
import { hangup, hangupRequest, newchannel, newstate, rename, softHangupRequest } from './legs.ts';
import { agentCalled, dialBegin, dialEnd } from './offers.ts';
import { contactStatus, deviceStateChange, queueMemberChanged, queueMemberRemoved } from './phones-and-members.ts';
import { queueCallerAbandon, queueCallerJoin, queueCallerLeave, userEvent } from './queues.ts';
import type { TrackerState } from './state.ts';
import { attendedTransfer, blindTransfer } from './transfers.ts';

type Handler<N extends AmiEventName> = (change: Change, event: AmiEventOf<N>) => void;

/** What is done about each event. An impossible one (of a leg that nobody knows) changes nothing. */
const HANDLERS: { readonly [N in AmiEventName]: Handler<N> | null } = {
  Newchannel: newchannel,
  Newstate: newstate,
  Rename: rename,
  DialBegin: dialBegin,
  DialEnd: dialEnd,
  QueueCallerJoin: queueCallerJoin,
  QueueCallerLeave: queueCallerLeave,
  QueueCallerAbandon: queueCallerAbandon,
  AgentCalled: agentCalled,
  // The leg's own Hangup tells as much; this comes before or after it.
  AgentRingNoAnswer: null,
  BridgeEnter: bridgeEnter,
  BridgeLeave: bridgeLeave,
  Hold: hold,
  Unhold: unhold,
  HangupRequest: hangupRequest,
  SoftHangupRequest: softHangupRequest,
  Hangup: hangup,
  UserEvent: userEvent,
  BlindTransfer: blindTransfer,
  AttendedTransfer: attendedTransfer,
  LocalOptimizationBegin: localOptimizationBegin,
  LocalOptimizationEnd: localOptimizationEnd,
  QueueMemberStatus: queueMemberChanged,
  QueueMemberAdded: queueMemberChanged,
  QueueMemberPause: queueMemberChanged,
  QueueMemberPenalty: queueMemberChanged,
  QueueMemberRemoved: queueMemberRemoved,
  DeviceStateChange: deviceStateChange,
  ContactStatus: contactStatus,
  // Answered by the connection with a new snapshot.
  FullyBooted: null,
};

export function step(state: TrackerState, event: AmiEvent): Change {
  const change = new Change(state);
  dispatch(change, event);
  return change;
}

/**
 * An event from after a gap, before the snapshot that closes it. It ends or furthers what is known, and begins calls; but a leg of a
 * call whose beginning was missed is left to the snapshot: told alone, its end would be taken for the call's.
 */
export function stepAfterGap(state: TrackerState, event: AmiEvent): Change {
  const ofUnknownCall =
    event.name === 'Newchannel' &&
    event.linkedId !== event.id &&
    !state.callOfLeg.has(event.linkedId) &&
    !state.calls.has(event.headsetCall ?? event.linkedId);
  return ofUnknownCall ? new Change(state) : step(state, event);
}

/** Adds an event to a change that is under way: reconciling makes many events one change. */
export function dispatch<N extends AmiEventName>(change: Change, event: AmiEventOf<N>): void {
  const handle: Handler<N> | null = HANDLERS[event.name as N];
  handle?.(change, event);
}
