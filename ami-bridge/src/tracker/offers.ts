/** Phones that are dialled on somebody's behalf. An offer is a phone of ours that rings, from its first ring to whatever ends that. */
import type { AmiEventOf, ChannelState } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import type { EventOf, LegOutcome } from '../domain-events.ts';
import { elapsedMs, isTold, type Change, type Located } from './change.ts';
import { extensionOfMember } from './party.ts';
import type { Leg } from './state.ts';

type OfferOutcome = EventOf<'OfferEnded'>['outcome'];

/** The dialling of a leg began. A caller who waits in a queue dials for that queue. */
export function dialBegin(change: Change, event: AmiEventOf<'DialBegin'>): void {
  const located = change.find(event.destId);
  if (located === null || event.id === null) return;
  const dialled = change.editLeg(located, onBehalfOf(change, event.id) ?? { dialledBy: event.id });
  // A quick phone rings before Asterisk says that it dials it: test/fixtures/ami/no-answer-then-other-agent.ami.
  if (dialled.leg.status === 'ringing' && dialled.leg.offeredAt === null) offerStarts(change, dialled, event.at);
}

/** Who dials, and for which stay in a queue. A Local channel dials for whoever dialled its other half. */
function onBehalfOf(change: Change, diallerId: string): Pick<Leg, 'dialledBy' | 'queued'> | null {
  const dialler = change.find(diallerId);
  if (dialler === null) return null;
  const other = otherHalf(dialler);
  if (other !== null) return { dialledBy: other.dialledBy, queued: other.queued };
  const { visit } = dialler.call;
  return {
    dialledBy: diallerId,
    queued: visit?.legId === diallerId ? { queue: visit.queue, visit: visit.visit } : null,
  };
}

/** The other end of a Local channel. */
export function otherHalf({ call, leg }: Located): Leg | null {
  if (leg.half === null) return null;
  return call.legs.find(({ id, half }) => half === leg.half && id !== leg.id) ?? null;
}

/** app_queue rings a member. Comes after the DialBegin of the same leg, and names the member whatever the channel is called. */
export function agentCalled(change: Change, event: AmiEventOf<'AgentCalled'>): void {
  const located = change.find(event.destId);
  if (located === null || located.leg.half !== null) return;
  const extension = located.leg.extension ?? extensionOfMember(event.member, event.interface);
  if (extension === located.leg.extension) return;
  change.editLeg(located, { extension, party: { ...located.leg.party, extension } });
}

export function dialEnd(change: Change, event: AmiEventOf<'DialEnd'>): void {
  const located = change.find(event.destId);
  if (located !== null) change.editLeg(located, { dialStatus: located.leg.dialStatus ?? event.status });
}

/** Takes the leg to ringing or up. Never back: Asterisk repeats states. */
export function progress(change: Change, located: Located, state: ChannelState, at: Micros): Located {
  const { leg } = located;
  if (leg.status === 'up' || state === 'down') return located;
  if (state === 'ringing') {
    return leg.status === 'ringing' ? located : offerStarts(change, change.editLeg(located, { status: 'ringing' }), at);
  }
  const answered = offerEnds(change, change.editLeg(located, { status: 'up' }), 'completed', at);
  if (isTold(answered)) change.tell('LegAnswered', answered.call, leg.id, at, {});
  return answered;
}

/** The leg rings: an offer when it is a phone of ours, dialled for another leg. (A phone rung by click-to-call is not being offered a call.) */
export function offerStarts(change: Change, located: Located, at: Micros): Located {
  const { extension, dialledBy, queued } = located.leg;
  if (extension === null || dialledBy === null) return located;
  const offered = change.editLeg(located, { offeredAt: at });
  return change.tellNext('CallOffered', offered, at, {
    extension,
    queue: queued?.queue ?? null,
    visit: queued?.visit ?? null,
  });
}

/** Ends the leg's offer, if one is open. A phone that answers without having rung was offered the call all the same. */
export function offerEnds(change: Change, located: Located, outcome: LegOutcome, at: Micros): Located {
  const { extension, offeredAt, queued, ordinals } = located.leg;
  if (extension === null) return located;
  if (offeredAt === null) {
    const answersUnrung =
      outcome === 'completed' && located.leg.dialledBy !== null && ordinals.CallOffered === undefined;
    return answersUnrung ? offerEnds(change, offerStarts(change, located, at), outcome, at) : located;
  }
  change.tell(
    'OfferEnded',
    located.call,
    located.leg.id,
    at,
    { extension, queue: queued?.queue ?? null, outcome: asOfferOutcome(outcome), ringMs: elapsedMs(offeredAt, at) },
    (ordinals.CallOffered ?? 1) - 1,
  );
  return change.editLeg(located, { offeredAt: null });
}

function asOfferOutcome(outcome: LegOutcome): OfferOutcome {
  switch (outcome) {
    case 'completed':
      return 'answered';
    case 'unobtainable':
    case 'congestion':
      return 'failed';
    default:
      return outcome;
  }
}
