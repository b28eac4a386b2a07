/** The facts of calls from the PBX's own record: those that the tracker would have told, had it been there. */
import type { Micros } from '../ami/header.ts';
import type { DomainEvent } from '../domain-events.ts';
import { Change } from '../tracker/change.ts';
import { commit } from '../tracker/commit.ts';
import { endLeg } from '../tracker/legs.ts';
import { extensionOf } from '../tracker/party.ts';
import { emptyState, type Call, type TrackerState } from '../tracker/state.ts';
import { step } from '../tracker/step.ts';
import { asEvents } from './as-events.ts';
import type { CelRecord } from './cel-record.ts';

export type RebuildContext = {
  pbxId: string;
  /** Extensions known to be phones of ours, beyond those that the records show. */
  phones: Iterable<string>;
};

export type Rebuilt = {
  facts: DomainEvent[];
  /** The calls that these records leave open, as they stand then. */
  open: Call[];
};

/**
 * `records` are the family of a call (see families.ts), in the order in which they were written.
 * @param lostAt when the PBX died that wrote them, if it did: what is still open then ended there
 */
export function rebuild(records: readonly CelRecord[], context: RebuildContext, lostAt: Micros | null = null): Rebuilt {
  const state = emptyState(context.pbxId);
  for (const phone of context.phones) state.phones.set(phone, true);
  for (const { channel } of records) {
    const extension = extensionOf(channel);
    if (extension !== null) state.phones.set(extension, true);
  }
  for (const [id, order] of ordered(records)) state.ordered.set(id, order);

  const facts: DomainEvent[] = [];
  for (const event of asEvents(records)) {
    const change = step(state, event);
    commit(change);
    facts.push(...change.facts);
  }
  if (lostAt !== null)
    facts.push(
      ...loseAll(
        state,
        records.reduce((last, { at }) => Math.max(last, at), lostAt),
      ),
    );
  return { facts: withConsultations(facts), open: [...state.calls.values()] };
}

/**
 * Calls that began with a phone of ours being called instead of calling: by click-to-call. What is then dialled for it stands in the
 * first entry that names a number other than its own.
 */
function ordered(records: readonly CelRecord[]): Map<string, { extension: string; to: string }> {
  const orders = new Map<string, { extension: string; to: string }>();
  for (const { kind, id, linkedId, channel, exten } of records) {
    const extension = extensionOf(channel);
    if (kind !== 'CHAN_START' || id !== linkedId || extension === null || (exten !== null && exten !== 's')) continue;
    const towards = records.find(
      (record) => record.id === id && record.kind !== 'CHAN_START' && record.number !== extension,
    );
    if (towards?.number != null) orders.set(id, { extension, to: towards.number });
  }
  return orders;
}

function loseAll(state: TrackerState, at: Micros): DomainEvent[] {
  const change = new Change(state);
  for (const { legs } of state.calls.values()) {
    // The first leg last: how it ended is read from the others.
    for (const { id } of legs.toReversed()) {
      const located = change.find(id);
      if (located !== null) endLeg(change, located, 'pbx_lost', null, at);
    }
  }
  commit(change);
  return change.facts;
}

/** Of a consultation that was completed it is known for whose sake it was made. (One that was not is told as a call of its own.) */
function withConsultations(facts: readonly DomainEvent[]): DomainEvent[] {
  const forSakeOf = new Map<string, string>();
  for (const fact of facts) {
    if (fact.kind === 'CallTransferred' && fact.consultCallId !== null) forSakeOf.set(fact.consultCallId, fact.callId);
  }
  return facts.map((fact) =>
    fact.kind === 'CallStarted' ? { ...fact, consultOf: forSakeOf.get(fact.callId) ?? fact.consultOf } : fact,
  );
}
