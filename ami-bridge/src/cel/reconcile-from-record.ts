/**
 * What the tracker missed, from the PBX's own record: pure. To be applied before the snapshot is reconciled, which ends what is
 * gone without knowing when and by whom.
 */
import type { Micros } from '../ami/header.ts';
import type { DomainEventKind } from '../domain-events.ts';
import { Change } from '../tracker/change.ts';
import type { Call, Leg, TrackerState } from '../tracker/state.ts';
import type { CelRecord } from './cel-record.ts';
import { rebuild } from './rebuild.ts';

/** A family of records (see families.ts), and what is known of its end. */
export type Told = {
  records: readonly CelRecord[];
  /** Set when the PBX that wrote them died with it. */
  lostAt: Micros | null;
};

/**
 * All facts of these calls, told again under the identities that they had if they were told before. Calls that have ended are taken
 * out of the state; those that live stand in it as the record tells them, with what only the tracker knew (hold, ordinals).
 */
export function reconcileFromRecord(state: TrackerState, families: readonly Told[]): Change {
  const change = new Change(state);
  for (const { records, lostAt } of families) {
    const { facts, open } = rebuild(records, { pbxId: state.pbxId, phones: state.phones.keys() }, lostAt);
    change.facts.push(...facts);
    const prefix = `${state.pbxId}-`.length;
    for (const { callId } of facts) {
      const id = callId.slice(prefix);
      if (change.call(id) !== null && !open.some((call) => call.id === id)) change.calls.set(id, null);
    }
    for (const call of open) change.calls.set(call.id, merged(call, state));
  }
  return change;
}

/** `call` from the record, with what the tracker saw of it besides. */
function merged(call: Call, state: TrackerState): Call {
  const known = state.calls.get(call.id);
  const legs = call.legs.map((leg) => mergedLeg(leg, legOf(state, leg.id)));
  if (known === undefined) return { ...call, legs };
  const visits = Math.max(call.visits, known.visits);
  return { ...call, legs, visits, connected: call.connected || known.connected, hangup: call.hangup ?? known.hangup };
}

function legOf(state: TrackerState, id: string): Leg | undefined {
  return state.calls.get(state.callOfLeg.get(id) ?? '')?.legs.find((leg) => leg.id === id);
}

function mergedLeg(leg: Leg, known: Leg | undefined): Leg {
  if (known === undefined) return leg;
  const kinds = new Set([...kindsOf(leg.ordinals), ...kindsOf(known.ordinals)]);
  const ordinals = Object.fromEntries(
    [...kinds].map((kind) => [kind, Math.max(leg.ordinals[kind] ?? 0, known.ordinals[kind] ?? 0)]),
  );
  const offeredAt = leg.offeredAt === null ? null : (known.offeredAt ?? leg.offeredAt);
  const { channel, heldAt, dialStatus } = known;
  return { ...leg, channel, heldAt, dialStatus, hangupBy: leg.hangupBy ?? known.hangupBy, offeredAt, ordinals };
}

function kindsOf(ordinals: Leg['ordinals']): DomainEventKind[] {
  return Object.keys(ordinals) as DomainEventKind[];
}
