/** Which calls a fact changes, and how: one for most, two when a leg moves, many when a PBX tells which calls it still has. */
import type { DomainEvent, EventOf } from '@headset/ami-bridge/domain-events';
import { closeTalk, endCall, evolve, instant, type Anomaly } from './evolve.ts';
import type { CallState } from './call-state.ts';

export type CallChange = { before: CallState | null; after: CallState };
export type Folded = { changes: CallChange[]; anomalies: Anomaly[] };

/** The calls as they are before the fact. */
export type Calls = { get(callId: string): CallState | undefined; live(pbxId: string): Iterable<CallState> };

/** Ids of the calls that must be known before `fact` can be folded. */
export function callsConcerned(fact: DomainEvent): string[] {
  if (fact.callId === '') return [];
  return fact.kind === 'LegMoved' ? [fact.fromCallId, fact.callId] : [fact.callId];
}

export function foldFact(calls: Calls, fact: DomainEvent): Folded {
  switch (fact.kind) {
    case 'PbxConnected':
      return endUnseen(calls, fact);
    case 'LegMoved':
      return moveLeg(calls, fact);
    case 'PbxDisconnected':
    case 'PhoneReachable':
    case 'PhoneUnreachable':
    case 'MemberObserved':
    case 'MemberRemoved':
      return { changes: [], anomalies: [] };
    default: {
      const before = calls.get(fact.callId) ?? null;
      const { call, anomaly } = evolve(before, fact);
      if (anomaly !== null) return { changes: [], anomalies: [anomaly] };
      return { changes: [{ before, after: call }], anomalies: [] };
    }
  }
}

/** The calls that these facts make, in this order, with nothing else known. */
export function foldAll(facts: readonly DomainEvent[]): Map<string, CallState> {
  const calls = new Map<string, CallState>();
  for (const fact of facts)
    for (const { after } of foldFact({ get: (id) => calls.get(id), live: () => [] }, fact).changes)
      calls.set(after.id, after);
  return calls;
}

/** A consultation was completed: its leg goes on in the other call, with the talk that it already had. */
function moveLeg(calls: Calls, fact: EventOf<'LegMoved'>): Folded {
  const from = calls.get(fact.fromCallId);
  const to = calls.get(fact.callId);
  if (!from || !to) return { changes: [], anomalies: ['unknown_call'] };
  const leg = from.legs.find((candidate) => candidate.id === fact.legId);
  if (!leg) return { changes: [], anomalies: ['unknown_leg'] };
  const at = instant(fact);
  const left = closeTalk({ ...from, legs: from.legs.filter((candidate) => candidate !== leg) }, at);
  const joined: CallState = {
    ...to,
    legs: [...to.legs, leg],
    talkingSince: leg.connectedAt === null ? to.talkingSince : (to.talkingSince ?? at),
    extension: leg.party.extension ?? to.extension,
  };
  return {
    changes: [
      { before: from, after: left },
      { before: to, after: joined },
    ],
    anomalies: [],
  };
}

/**
 * Calls that the log thinks live and the PBX does not have are over. When exactly and by whom nobody knows, unless the PBX's own
 * record tells later: its facts are then folded from the ledger anew, where this guess does not stand.
 */
function endUnseen(calls: Calls, fact: EventOf<'PbxConnected'>): Folded {
  const open = new Set(fact.openCallIds);
  const at = instant(fact);
  const pbxStartedAt = Date.parse(fact.pbxStartedAt);
  const changes = [...calls.live(fact.pbxId)]
    .filter((call) => !open.has(call.id))
    .map((call): CallChange => {
      const outcome =
        call.startedAt < pbxStartedAt ? 'pbx_lost' : call.connectedAt === null ? 'cancelled' : 'completed';
      const endedAt = Math.max(at, call.startedAt);
      const ending = { outcome, cause: null, endedBy: 'unknown', durationMs: endedAt - call.startedAt } as const;
      return { before: call, after: endCall(call, ending, endedAt) };
    });
  return { changes, anomalies: [] };
}
