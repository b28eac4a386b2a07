/**
 * What the desk knows: one snapshot, then every event folded into it. Pure: the browser's monotonic clock comes in, and ages that the
 * server sent become instants of that clock, so that no wall clocks are ever compared.
 *
 * Facts cannot be refused: an event about a call that is not here is taken as the call's first news, or changes nothing.
 */
import type { ClientCard } from '@headset/server/contract/clients.ts';
import type {
  AgentState,
  DeskCall,
  DeskEvent,
  DeskSnapshot,
  Telephony,
  Waiting,
} from '@headset/server/contract/desk.ts';

/** Milliseconds of `performance.now()`. */
export type Monotonic = number;

export type ViewCall = Omit<DeskCall, 'phaseAgeMs' | 'callAgeMs'> & { phaseSince: Monotonic; callSince: Monotonic };
export type CallOutcome = Extract<DeskEvent, { kind: 'callLeft' }>['outcome'];
/** The call that left the desk last: its card stays until the next call is there, because the operator is still writing. */
export type EndedCall = { call: ViewCall; outcome: CallOutcome; endedAt: Monotonic };

export type DeskView = {
  state: AgentState;
  stateSince: Monotonic;
  intent: DeskSnapshot['intent'];
  phoneReachable: boolean;
  telephony: Telephony;
  waiting: { count: Waiting['waiting']; longestSince: Monotonic };
  /** Oldest first: a list that reorders itself makes operators miss. */
  calls: readonly ViewCall[];
  ended: EndedCall | null;
  /** The call that centre and right column show. */
  focus: string | null;
  /** The call whose form is being typed into: the right column keeps it, whoever rings meanwhile. */
  writing: string | null;
};

export function fromSnapshot(snapshot: DeskSnapshot, now: Monotonic, before: DeskView | null = null): DeskView {
  const calls = snapshot.calls.map((call) => received(call, now));
  const view: DeskView = {
    state: snapshot.state,
    stateSince: now - snapshot.stateAgeMs,
    intent: snapshot.intent,
    phoneReachable: snapshot.phoneReachable,
    telephony: snapshot.telephony,
    waiting: waitingAt(snapshot.waiting, now),
    calls,
    ended: before?.ended ?? endedMeanwhile(before, calls, now),
    focus: before?.focus ?? null,
    writing: before?.writing ?? null,
  };
  return { ...view, focus: keptFocus(view) };
}

export function apply(view: DeskView, event: DeskEvent, now: Monotonic): DeskView {
  switch (event.kind) {
    case 'callOffered':
    case 'callChanged': {
      const calls = replaced(view.calls, received(event.call, now));
      // The queue may offer a call again that has just left: it is that one, not another.
      const ended = view.ended?.call.callId === event.call.callId ? null : view.ended;
      return { ...view, calls, ended, focus: keptFocus({ ...view, calls }) };
    }
    case 'callLeft':
      return left(view, event.callId, event.outcome, now);
    case 'stateChanged':
      return { ...view, state: event.state, stateSince: now - event.stateAgeMs, intent: event.intent };
    case 'phoneChanged':
      return { ...view, phoneReachable: event.phoneReachable };
    case 'telephonyChanged':
      return { ...view, telephony: event.telephony };
    case 'waitingChanged':
      return { ...view, waiting: waitingAt(event.waiting, now) };
  }
}

/** The operator chose a call of the list. One that is not there changes nothing. */
export function focusOn(view: DeskView, callId: string): DeskView {
  const known = view.calls.some((call) => call.callId === callId) || view.ended?.call.callId === callId;
  return known ? { ...view, focus: callId } : view;
}

/** The operator types about this call, or has stopped (null). */
export function writingAbout(view: DeskView, callId: string | null): DeskView {
  return { ...view, writing: callId };
}

/** The client of a call that has ended, found or entered by the operator: no event tells, because the call is no longer live. */
export function withClient(view: DeskView, callId: string, card: ClientCard): DeskView {
  if (view.ended?.call.callId !== callId) return view;
  const call: ViewCall = { ...view.ended.call, match: { kind: 'one', card } };
  return { ...view, ended: { ...view.ended, call } };
}

export type Shown = { call: ViewCall; ended: EndedCall | null };

/** What the centre shows: a live call, the one that just ended, or nothing. */
export function focused(view: DeskView): Shown | null {
  return find(view, view.focus);
}

/** The call that the operator is writing about, while it is not the one in the centre. */
export function writtenAbout(view: DeskView): Shown | null {
  const written = view.writing === view.focus ? null : find(view, view.writing);
  // Once its client is known there is nothing left to write.
  return written?.call.match.kind === 'one' ? null : written;
}

function find(view: DeskView, callId: string | null): Shown | null {
  const live = view.calls.find((call) => call.callId === callId);
  if (live) return { call: live, ended: null };
  return view.ended?.call.callId === callId ? { call: view.ended.call, ended: view.ended } : null;
}

function received(call: DeskCall, now: Monotonic): ViewCall {
  const { phaseAgeMs, callAgeMs, ...rest } = call;
  return { ...rest, phaseSince: now - phaseAgeMs, callSince: now - callAgeMs };
}

function waitingAt(waiting: Waiting, now: Monotonic): DeskView['waiting'] {
  return { count: waiting.waiting, longestSince: now - waiting.longestAgeMs };
}

function replaced(calls: readonly ViewCall[], call: ViewCall): readonly ViewCall[] {
  return calls.some((other) => other.callId === call.callId)
    ? calls.map((other) => (other.callId === call.callId ? call : other))
    : [...calls, call];
}

function left(view: DeskView, callId: string, outcome: CallOutcome, now: Monotonic): DeskView {
  const call = view.calls.find((other) => other.callId === callId);
  if (!call) return view;
  const next: DeskView = {
    ...view,
    calls: view.calls.filter((other) => other.callId !== callId),
    ended: { call, outcome, endedAt: now },
  };
  return { ...next, focus: keptFocus(next) };
}

/** A live call in focus keeps it, whatever else rings. Otherwise the oldest live call takes it, then the one that just ended. */
function keptFocus(view: DeskView): string | null {
  const held = view.calls.find((call) => call.callId === view.focus);
  return held?.callId ?? view.calls[0]?.callId ?? view.ended?.call.callId ?? null;
}

/** The call that ran when the socket broke and is gone in the new snapshot. How it ended is not known here: the log knows. */
function endedMeanwhile(before: DeskView | null, calls: readonly ViewCall[], now: Monotonic): EndedCall | null {
  const gone = before?.calls.find((old) => !calls.some((call) => call.callId === old.callId));
  return gone ? { call: gone, outcome: 'ended', endedAt: now } : null;
}
