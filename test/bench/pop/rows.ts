/** What the log holds of the calls that were played. */
import { and, count, inArray, isNotNull } from 'drizzle-orm';
import { schema, type Database } from '@headset/db';
import type { PlayedCall } from './call-copy.ts';

export type Rows = { calls: number; ended: number; legs: number; queueVisits: number };

/** What must be there when nothing is lost: every call, over, with all its legs and stays in queues. */
export function expectedRows(calls: readonly PlayedCall[]): Rows {
  return {
    calls: calls.length,
    ended: calls.length,
    legs: calls.reduce((sum, call) => sum + call.legs, 0),
    queueVisits: calls.reduce((sum, call) => sum + call.queueVisits, 0),
  };
}

export async function countRows(db: Database, callIds: readonly string[]): Promise<Rows> {
  const { calls, legs, queueVisits } = schema;
  const ids = [...callIds];
  const [call] = await db.select({ n: count() }).from(calls).where(inArray(calls.id, ids));
  const [ended] = await db
    .select({ n: count() })
    .from(calls)
    .where(and(inArray(calls.id, ids), isNotNull(calls.endedAt)));
  const [leg] = await db.select({ n: count() }).from(legs).where(inArray(legs.callId, ids));
  const [visit] = await db.select({ n: count() }).from(queueVisits).where(inArray(queueVisits.callId, ids));
  return { calls: call?.n ?? 0, ended: ended?.n ?? 0, legs: leg?.n ?? 0, queueVisits: visit?.n ?? 0 };
}

export const missingRows = (expected: Rows, found: Rows): number =>
  (['calls', 'ended', 'legs', 'queueVisits'] as const).reduce(
    (sum, of) => sum + Math.max(0, expected[of] - found[of]),
    0,
  );
