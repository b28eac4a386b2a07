/**
 * One batch of the event pipeline: memory says what its facts change, Postgres takes all of it in one statement or refuses.
 *
 * Nobody asks beforehand whether the ledger has a fact already: that is rare (a bridge was restored, a commit whose outcome nobody
 * knows), and the ledger's primary key refuses it. Then the ledger is asked, and the batch tried again without what it has.
 */
import type { DomainEvent } from '@headset/ami-bridge/domain-events';
import { uuidv7, type Database } from '@headset/db';
import * as ledger from '@headset/db/queries/event-batch';
import { ownersOfNumbers } from '@headset/db/queries/event-pipeline';
import { callRow, interactionRow, legRow, queueVisitRow } from './calls/call-rows.ts';
import { Draft, type DraftContext, type Step } from './calls/draft.ts';
import type { LiveCall } from './calls/live-call.ts';
import type { Message } from './event-pipeline.ts';
import { factKey, ledgerRow } from './ledger-row.ts';

type Context = DraftContext & { db: Database };
type Delivered = { fact: DomainEvent; seq: number };
/** What is written beside the facts, whichever of them the ledger has. */
type Beside = Pick<ledger.Batch, 'rejected' | 'streams'>;

/** Commits what the messages bring, then changes memory. Rejects without having changed memory. */
export async function commitBatch(
  context: Context,
  messages: readonly Message[],
): Promise<{ steps: Step[]; rejected: number }> {
  const delivered = new Map<string, Delivered>();
  const rejected: ledger.RejectedDelivery[] = [];
  for (const { source, deliveries } of messages)
    for (const delivery of deliveries)
      if ('fact' in delivery) {
        const key = factKey(delivery.fact);
        if (!delivered.has(key)) delivered.set(key, delivery);
      } else rejected.push({ id: uuidv7(), pbxId: source.pbxId, ...delivery });

  const { draft, steps } = await writeNew(context, delivered, { rejected, streams: highestOfStreams(messages) });
  draft.reportAnomalies();
  for (const call of draft.changed) context.floor.put(call);
  for (const { fact } of steps) context.floor.observe(fact);
  return { steps, rejected: rejected.length };
}

type Written = { draft: Draft; steps: Step[] };

async function writeNew(context: Context, delivered: ReadonlyMap<string, Delivered>, beside: Beside): Promise<Written> {
  try {
    return await write(context, [...delivered.values()], beside);
  } catch (error) {
    if (!ledger.isKnownFact(error)) throw error;
    const rows = [...delivered.values()].map(({ fact, seq }) => ledgerRow(fact, seq));
    const known = new Set((await ledger.knownFacts(context.db.$client, rows)).map(factKey));
    return write(
      context,
      [...delivered].flatMap(([key, one]) => (known.has(key) ? [] : [one])),
      beside,
    );
  }
}

/** Folds the facts, in the order of delivery, into a draft, and writes them with all that they change. */
async function write(context: Context, delivered: readonly Delivered[], beside: Beside): Promise<Written> {
  const { db, roster } = context;
  const facts = delivered.map(({ fact }) => fact);
  const draft = new Draft(context);
  const [owners] = await Promise.all([
    ownersOfNumbers(db.$client, draft.numbersOf(facts)),
    draft.recall(db.$client, facts),
  ]);
  draft.owners = owners;
  const steps = facts.map((fact) => draft.fold(fact));

  const { changed } = draft;
  const calls = changed.flatMap((call) => changedRow(call, draft.before(call), (one) => callRow(one, roster)));
  await ledger.commitBatch(db.$client, {
    facts: delivered.map(({ fact, seq }) => ledgerRow(fact, seq)),
    interactions: calls.map(interactionRow),
    calls,
    legs: changed.flatMap(({ state }) => draft.changedLegs(state).map((leg) => legRow(state, leg, roster))),
    queueVisits: changed.flatMap(({ state }) =>
      draft.changedVisits(state).map((visit) => queueVisitRow(state, visit, roster)),
    ),
    ...beside,
  });
  return { draft, steps };
}

/** Most facts change a leg or a stay in a queue and leave the call's own row, with its many indexes, as it was. */
function changedRow<Row>(call: LiveCall, before: LiveCall | null, rowOf: (call: LiveCall) => Row): Row[] {
  const row = rowOf(call);
  return before && JSON.stringify(rowOf(before)) === JSON.stringify(row) ? [] : [row];
}

function highestOfStreams(messages: readonly Message[]): ledger.StreamPosition[] {
  const streams = new Map<string, ledger.StreamPosition>();
  for (const { source, highestSeq } of messages) {
    const key = `${source.pbxId}\n${source.epoch}`;
    const committedSeq = Math.max(streams.get(key)?.committedSeq ?? 0, highestSeq);
    streams.set(key, { ...source, committedSeq });
  }
  return [...streams.values()];
}
