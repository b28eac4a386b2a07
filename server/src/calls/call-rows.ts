/** A folded call as rows. */
import type { CallRow, LegRow, QueueVisitRow, VoiceInteractionRow } from '@headset/db/queries/event-batch';
import type { Roster } from '../agents/roster.ts';
import { heldMs, otherNumber, waitMs, type CallState, type Instant, type Leg, type QueueVisit } from './call-state.ts';
import type { LiveCall } from './live-call.ts';

const iso = (instant: Instant): string => new Date(instant).toISOString();
const isoOrNull = (instant: Instant | null): string | null => (instant === null ? null : iso(instant));

export function callRow({ state: call, known }: LiveCall, roster: Roster): CallRow {
  const agent = call.extension === null ? undefined : roster.agentAt(call.pbxId, call.extension);
  return {
    id: call.id,
    pbxId: call.pbxId,
    interactionId: known.interactionId,
    direction: call.direction,
    number: otherNumber(call),
    numberE164: known.numberE164,
    callerName: call.direction === 'inbound' ? call.caller.name : null,
    dialled: call.dialled,
    clientId: known.clientId,
    consultOf: call.consultOf,
    queueId: call.queue === null ? null : (roster.queueAt(call.pbxId, call.queue)?.id ?? null),
    agentId: agent?.id ?? null,
    teamId: agent?.teamId ?? null,
    startedAt: iso(call.startedAt),
    connectedAt: isoOrNull(call.connectedAt),
    endedAt: isoOrNull(call.endedAt),
    waitMs: waitMs(call),
    talkMs: call.talkMs,
    heldMs: heldMs(call),
    durationMs: call.durationMs,
    result: call.result,
    endedBy: call.endedBy,
    endCause: call.endCause,
  };
}

export function legRow(call: CallState, leg: Leg, roster: Roster): LegRow {
  const { number, name, extension } = leg.party;
  return {
    id: leg.id,
    callId: call.id,
    number,
    name,
    extension,
    agentId: extension === null ? null : (roster.agentAt(call.pbxId, extension)?.id ?? null),
    startedAt: iso(leg.startedAt),
    answeredAt: isoOrNull(leg.answeredAt),
    connectedAt: isoOrNull(leg.connectedAt),
    endedAt: isoOrNull(leg.endedAt),
    heldMs: leg.heldMs,
    heldSince: isoOrNull(leg.heldSince),
    outcome: leg.outcome,
    cause: leg.cause,
  };
}

export function queueVisitRow(call: CallState, visit: QueueVisit, roster: Roster): QueueVisitRow {
  return {
    callId: call.id,
    visit: visit.visit,
    queueId: roster.queueAt(call.pbxId, visit.queue)?.id ?? null,
    queueCode: visit.queue,
    joinedAt: iso(visit.joinedAt),
    leftAt: isoOrNull(visit.leftAt),
    outcome: visit.outcome,
    waitMs: visit.waitMs,
    position: visit.position,
    agentId: visit.extension === null ? null : (roster.agentAt(call.pbxId, visit.extension)?.id ?? null),
    offers: visit.offers,
  };
}

export function interactionRow(call: CallRow): VoiceInteractionRow {
  return {
    id: call.interactionId,
    clientId: call.clientId,
    direction: call.direction,
    occurredAt: call.startedAt,
    agentId: call.agentId,
  };
}
