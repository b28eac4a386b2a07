/** One transaction of the event pipeline. */
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import { uuidv7, type Database } from '@headset/db';
import * as pipeline from '@headset/db/queries/event-pipeline';
import { upsertVoiceInteractions } from '@headset/db/queries/interactions';
import { callRow, interactionRow, legRow, queueVisitRow } from './calls/call-rows.ts';
import { Draft, type DraftContext, type Step } from './calls/draft.ts';
import type { Message } from './event-pipeline.ts';
import { factKey, ledgerRow } from './ledger-row.ts';

/** Commits what the messages bring, then changes memory. Rejects without having changed memory. */
export async function commitBatch(
  context: DraftContext & { db: Database },
  messages: readonly Message[],
): Promise<{ steps: Step[]; rejected: number }> {
  const { db, floor, roster } = context;
  const facts = new Map<string, { fact: DomainEvent; seq: number }>();
  const rejected: pipeline.RejectedDelivery[] = [];
  for (const { source, deliveries } of messages)
    for (const delivery of deliveries)
      if ('fact' in delivery) {
        const key = factKey(delivery.fact);
        if (!facts.has(key)) facts.set(key, delivery);
      } else rejected.push({ id: uuidv7(), pbxId: source.pbxId, ...delivery });

  const draft = new Draft(context);
  const steps = await pipeline.inTransaction(db, async (tx) => {
    const rows = [...facts.values()].map(({ fact, seq }) => ledgerRow(fact, seq));
    const [inserted, owners] = await Promise.all([
      pipeline.insertFacts(tx, rows),
      pipeline.ownersOfNumbers(tx, draft.numbersOf([...facts.values()].map(({ fact }) => fact))),
    ]);
    draft.owners = owners;
    const fresh =
      inserted.length === facts.size ? facts : new Map(inserted.flatMap((key) => entryOf(facts, factKey(key))));
    // In the order of delivery, whatever the order in which Postgres returned them.
    const newFacts = [...facts].filter(([key]) => fresh.has(key)).map(([, { fact }]) => fact);
    await draft.recall(tx, newFacts, fresh);
    const folded = newFacts.map((fact) => draft.fold(fact));

    const calls = draft.changed.map((call) => callRow(call, roster));
    await Promise.all([
      upsertVoiceInteractions(tx, calls.map(interactionRow)),
      pipeline.upsertCalls(tx, calls),
      pipeline.upsertLegs(
        tx,
        draft.changed.flatMap(({ state }) => draft.changedLegs(state).map((leg) => legRow(state, leg, roster))),
      ),
      pipeline.upsertQueueVisits(
        tx,
        draft.changed.flatMap(({ state }) =>
          draft.changedVisits(state).map((visit) => queueVisitRow(state, visit, roster)),
        ),
      ),
      pipeline.insertRejected(tx, rejected),
      ...highestOfStreams(messages).map((stream) => pipeline.advanceStream(tx, stream)),
    ]);
    return folded;
  });
  for (const call of draft.changed) floor.put(call);
  for (const { fact } of steps) floor.observe(fact);
  return { steps, rejected: rejected.length };
}

const entryOf = <V>(map: Map<string, V>, key: string): [string, V][] => {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
};

function highestOfStreams(messages: readonly Message[]): { pbxId: string; epoch: string; committedSeq: number }[] {
  const streams = new Map<string, { pbxId: string; epoch: string; committedSeq: number }>();
  for (const { source, highestSeq } of messages) {
    const key = `${source.pbxId}\n${source.epoch}`;
    const committedSeq = Math.max(streams.get(key)?.committedSeq ?? 0, highestSeq);
    streams.set(key, { ...source, committedSeq });
  }
  return [...streams.values()];
}
