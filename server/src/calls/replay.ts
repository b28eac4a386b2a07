/** Calls from the ledger: memory is a fold of the facts, and can be folded again. */
import { domainEventSchema } from '@headset/ami-bridge/domain-events';
import type { Database } from '@headset/db';
import * as pipeline from '@headset/db/queries/event-pipeline';
import type { Floor } from '../floor.ts';
import { upcast } from '../upcast.ts';
import type { CallState } from './call-state.ts';
import { liveCall, type LiveCall } from './live-call.ts';
import { callsConcerned, foldFact } from './live-fold.ts';

/** Calls folded from their facts in the ledger. Legs move between calls: both are read. */
export async function replay(sql: Database['$client'], callIds: readonly string[]): Promise<LiveCall[]> {
  if (callIds.length === 0) return [];
  const facts = (await pipeline.factsOfCalls(sql, callIds)).flatMap((payload) => {
    const fact = domainEventSchema.safeParse(upcast(payload));
    return fact.success ? [fact.data] : [];
  });
  const partners = facts.flatMap(callsConcerned).filter((id) => !callIds.includes(id));
  if (partners.length > 0) return replay(sql, [...callIds, ...new Set(partners)]);

  const calls = new Map<string, CallState>();
  for (const fact of facts)
    for (const { after } of foldFact({ get: (id) => calls.get(id), live: () => [] }, fact).changes)
      calls.set(after.id, after);
  const bindings = new Map((await pipeline.bindingsOfCalls(sql, [...calls.keys()])).map((row) => [row.callId, row]));
  return [...calls.values()].map((state) => liveCall(state, bindings.get(state.id)));
}

/** Reads the floor from Postgres: live calls, phones, PBXs. */
export async function rebuildFloor(db: Database, floor: Floor): Promise<void> {
  const live = new Set(await pipeline.liveCallIds(db));
  const [calls, standing] = await Promise.all([replay(db.$client, [...live]), pipeline.standingFacts(db)]);
  floor.clear();
  for (const call of calls) if (live.has(call.state.id) && call.state.endedAt === null) floor.put(call);
  for (const payload of standing) {
    const fact = domainEventSchema.safeParse(upcast(payload));
    if (fact.success) floor.observe(fact.data);
  }
}
