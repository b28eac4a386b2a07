/** Calls from the ledger: memory is a fold of the facts, and can be folded again. */
import { domainEventSchema, type DomainEvent } from '@headset/ami-bridge/domain-events';
import type { Database } from '@headset/db';
import * as pipeline from '@headset/db/queries/event-pipeline';
import type { Floor } from '../floor.ts';
import { upcast } from '../upcast.ts';
import { factKey } from '../ledger-row.ts';
import { inOrder } from './in-order.ts';
import { liveCall, type LiveCall } from './live-call.ts';
import { callsConcerned, foldAll } from './live-fold.ts';

/** A call folded from its facts: those of the ledger, and those together with `late` ones. `before` is null when the ledger has none. */
export type Replayed = { before: LiveCall | null; after: LiveCall };

/**
 * Calls folded from their facts in the ledger, and from `late` ones which are not there yet, in the order in which things happened.
 * Legs move between calls: both are read.
 */
export async function replay(
  sql: Database['$client'],
  callIds: readonly string[],
  late: readonly DomainEvent[] = [],
): Promise<Replayed[]> {
  if (callIds.length === 0) return [];
  const ledger = (await pipeline.factsOfCalls(sql, callIds)).flatMap((payload) => {
    const fact = domainEventSchema.safeParse(upcast(payload));
    return fact.success ? [fact.data] : [];
  });
  const concerning = late.filter((fact) => callsConcerned(fact).some((id) => callIds.includes(id)));
  const all = new Map([...ledger, ...concerning].toReversed().map((fact) => [factKey(fact), fact]));
  const partners = [...all.values()].flatMap(callsConcerned).filter((id) => !callIds.includes(id));
  if (partners.length > 0) return replay(sql, [...callIds, ...new Set(partners)], late);

  const before = foldAll(inOrder(ledger));
  const after = foldAll(inOrder([...all.values()]));
  const bindings = new Map((await pipeline.bindingsOfCalls(sql, [...after.keys()])).map((row) => [row.callId, row]));
  return [...after.values()].map((state) => {
    const known = before.get(state.id);
    const call = liveCall(state, bindings.get(state.id));
    return { before: known === undefined ? null : { ...call, state: known }, after: call };
  });
}

/** Reads the floor from Postgres: live calls, phones, PBXs. */
export async function rebuildFloor(db: Database, floor: Floor): Promise<void> {
  const live = new Set(await pipeline.liveCallIds(db));
  const [calls, standing] = await Promise.all([replay(db.$client, [...live]), pipeline.standingFacts(db)]);
  floor.clear();
  for (const { after } of calls) if (live.has(after.state.id) && after.state.endedAt === null) floor.put(after);
  for (const payload of standing) {
    const fact = domainEventSchema.safeParse(upcast(payload));
    if (fact.success) floor.observe(fact.data);
  }
}
