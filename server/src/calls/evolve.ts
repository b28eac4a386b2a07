/**
 * The fold: (call so far, fact about it) → call. Total and pure. A fact cannot be refused: one that is impossible in the state
 * keeps the state and comes back with an `anomaly`, which the pipeline counts and logs.
 */
import type { DomainEvent, EventOf } from '@headset/ami-bridge/domain-events';
import { callResult } from './call-result.ts';
import type { CallState, Instant, Leg, QueueVisit } from './call-state.ts';

/** Facts about one call. A leg that moves concerns two: see live-fold.ts. */
export type CallFact = EventOf<
  | 'CallStarted'
  | 'LegStarted'
  | 'LegAnswered'
  | 'LegEnded'
  | 'CallQueued'
  | 'QueueLeft'
  | 'CallOffered'
  | 'OfferEnded'
  | 'CallConnected'
  | 'CallHeld'
  | 'CallRetrieved'
  | 'CallTransferred'
  | 'CallEnded'
>;

export type Anomaly =
  'unknown_call' | 'unknown_leg' | 'unknown_visit' | 'already_started' | 'already_ended' | 'not_offered' | 'not_held';

export type Evolved = { call: CallState; anomaly: null } | { call: CallState | null; anomaly: Anomaly };

export const instant = (fact: DomainEvent): Instant => Date.parse(fact.occurredAt);
const done = (call: CallState): Evolved => ({ call, anomaly: null });

export function evolve(call: CallState | null, fact: CallFact): Evolved {
  if (fact.kind === 'CallStarted') return call ? { call, anomaly: 'already_started' } : done(started(fact));
  if (!call) return { call: null, anomaly: 'unknown_call' };
  const at = instant(fact);
  const onLeg = (change: (leg: Leg) => Leg | Anomaly) => withLeg(call, fact.legId, change);
  switch (fact.kind) {
    case 'LegStarted': {
      if (call.legs.some((leg) => leg.id === fact.legId)) return { call, anomaly: 'already_started' };
      return done({ ...call, legs: [...call.legs, newLeg(fact.legId, fact.party, at)] });
    }
    case 'LegAnswered':
      return onLeg((leg) => ({ ...leg, answeredAt: leg.answeredAt ?? at }));
    case 'LegEnded': {
      const ended = onLeg((leg) =>
        leg.endedAt === null ? endLeg(leg, at, fact.outcome, fact.cause) : 'already_ended',
      );
      return ended.anomaly === null ? done(closeTalk(ended.call, at)) : ended;
    }
    case 'CallQueued': {
      if (call.visits.some((visit) => visit.visit === fact.visit)) return { call, anomaly: 'already_started' };
      return done({ ...call, queue: fact.queue, visits: [...call.visits, newVisit(fact, at)] });
    }
    case 'QueueLeft':
      return withVisit(call, fact.visit, (visit) => ({
        ...visit,
        leftAt: at,
        outcome: fact.outcome,
        waitMs: fact.waitMs,
      }));
    case 'CallOffered': {
      const offered = onLeg((leg) => ({
        ...leg,
        party: { ...leg.party, extension: fact.extension },
        offer: { at, queue: fact.queue, visit: fact.visit, outcome: null },
      }));
      if (offered.anomaly !== null) return offered;
      // Until somebody answers, the call belongs to whom it was offered last.
      const reached = call.connectedAt === null ? { ...offered.call, extension: fact.extension } : offered.call;
      if (fact.visit === null) return done(reached);
      return withVisit(reached, fact.visit, (visit) => ({ ...visit, offers: visit.offers + 1 }));
    }
    case 'OfferEnded':
      return onLeg((leg) => (leg.offer ? { ...leg, offer: { ...leg.offer, outcome: fact.outcome } } : 'not_offered'));
    case 'CallConnected':
      return connected(call, fact, at);
    case 'CallHeld':
      return onLeg((leg) => ({ ...leg, heldSince: leg.heldSince ?? at }));
    case 'CallRetrieved':
      return onLeg((leg) =>
        leg.heldSince === null ? 'not_held' : { ...leg, heldSince: null, heldMs: leg.heldMs + fact.heldMs },
      );
    case 'CallTransferred':
      return onLeg((leg) => ({ ...leg, transferred: true }));
    case 'CallEnded':
      return call.endedAt === null ? done(endCall(call, fact, at)) : { call, anomaly: 'already_ended' };
  }
}

function started(fact: EventOf<'CallStarted'>): CallState {
  const at = instant(fact);
  return {
    id: fact.callId,
    pbxId: fact.pbxId,
    direction: fact.direction,
    caller: fact.caller,
    dialled: fact.dialled,
    consultOf: fact.consultOf,
    firstLegId: fact.legId,
    startedAt: at,
    legs: [newLeg(fact.legId, fact.caller, at)],
    visits: [],
    queue: null,
    extension: fact.caller.extension,
    connectedAt: null,
    talkingSince: null,
    talkMs: 0,
    endedAt: null,
    durationMs: 0,
    result: 'live',
    endedBy: null,
    endCause: null,
  };
}

function newLeg(id: string, party: Leg['party'], startedAt: Instant): Leg {
  return {
    id,
    party,
    startedAt,
    answeredAt: null,
    offer: null,
    connectedAt: null,
    heldSince: null,
    heldMs: 0,
    transferred: false,
    endedAt: null,
    outcome: null,
    cause: null,
  };
}

const newVisit = (fact: EventOf<'CallQueued'>, joinedAt: Instant): QueueVisit => ({
  visit: fact.visit,
  queue: fact.queue,
  joinedAt,
  leftAt: null,
  outcome: null,
  waitMs: null,
  position: fact.position,
  extension: null,
  offers: 0,
});

function connected(call: CallState, fact: EventOf<'CallConnected'>, at: Instant): Evolved {
  const joined = withLeg(call, fact.legId, (leg) => ({
    ...leg,
    party: { ...leg.party, extension: fact.extension },
    answeredAt: leg.answeredAt ?? at,
    connectedAt: leg.connectedAt ?? at,
  }));
  if (joined.anomaly !== null) return joined;
  const talking: CallState = {
    ...joined.call,
    extension: fact.extension,
    queue: fact.queue ?? call.queue,
    connectedAt: call.connectedAt ?? at,
    talkingSince: call.talkingSince ?? at,
  };
  if (fact.visit === null) return done(talking);
  return withVisit(talking, fact.visit, (visit) => ({ ...visit, extension: fact.extension }));
}

/** A leg that ends on hold was on hold until then. */
export function endLeg(leg: Leg, at: Instant, outcome: Leg['outcome'], cause: number | null): Leg {
  const lastHold = leg.heldSince === null ? 0 : Math.max(0, at - leg.heldSince);
  return { ...leg, endedAt: at, outcome, cause, heldSince: null, heldMs: leg.heldMs + lastHold };
}

/** When the last agent who talked is gone, the talk is over. */
export function closeTalk(call: CallState, at: Instant): CallState {
  const someoneTalks = call.legs.some((leg) => leg.connectedAt !== null && leg.endedAt === null);
  if (call.talkingSince === null || someoneTalks) return call;
  return { ...call, talkingSince: null, talkMs: call.talkMs + Math.max(0, at - call.talkingSince) };
}

type Ending = Pick<EventOf<'CallEnded'>, 'outcome' | 'cause' | 'endedBy' | 'durationMs'>;

/** Whatever still stands open ends with the call: facts about it may have died with the PBX. */
export function endCall(call: CallState, ending: Ending, at: Instant): CallState {
  const lost = ending.outcome === 'pbx_lost';
  const closed: CallState = {
    ...call,
    legs: call.legs.map((leg) => (leg.endedAt === null ? endLeg(leg, at, ending.outcome, ending.cause) : leg)),
    visits: call.visits.map((visit) =>
      visit.leftAt === null
        ? { ...visit, leftAt: at, outcome: lost ? 'pbx_lost' : 'abandoned', waitMs: Math.max(0, at - visit.joinedAt) }
        : visit,
    ),
  };
  return {
    ...closeTalk(closed, at),
    endedAt: at,
    durationMs: ending.durationMs,
    endedBy: ending.endedBy,
    endCause: ending.cause,
    result: callResult(closed, ending.outcome),
  };
}

function withLeg(call: CallState, legId: string, change: (leg: Leg) => Leg | Anomaly): Evolved {
  const leg = call.legs.find((candidate) => candidate.id === legId);
  if (!leg) return { call, anomaly: 'unknown_leg' };
  const changed = change(leg);
  if (typeof changed === 'string') return { call, anomaly: changed };
  return done({ ...call, legs: call.legs.map((candidate) => (candidate === leg ? changed : candidate)) });
}

function withVisit(call: CallState, number: number, change: (visit: QueueVisit) => QueueVisit): Evolved {
  const visit = call.visits.find((candidate) => candidate.visit === number);
  if (!visit) return { call, anomaly: 'unknown_visit' };
  return done({ ...call, visits: call.visits.map((candidate) => (candidate === visit ? change(visit) : candidate)) });
}
