/**
 * What the event pipeline reads: on the way of a fact what memory lacks, after an outage all that lives. Each list goes in as one JSON
 * parameter, so that the prepared statement is the same for one and for a thousand (as in event-batch.ts, which writes).
 */
import type { Sql } from 'postgres';
import type { Database } from '../database.ts';

/** Which clients have these numbers: all of them for each number. */
export async function ownersOfNumbers(
  sql: Sql,
  numbers: readonly string[],
): Promise<{ e164: string; clientId: string }[]> {
  if (numbers.length === 0) return [];
  return sql<{ e164: string; clientId: string }[]>`
    select distinct e164, client_id as "clientId" from client_phones
    where e164 in (select jsonb_array_elements_text(${JSON.stringify(numbers)}::jsonb))`;
}

/** 0 for an epoch never heard of. */
export async function committedSeq(db: Database, pbxId: string, epoch: string): Promise<number> {
  const [row] = await db.$client<{ seq: number }[]>`
    select committed_seq::float8 as seq from pbx_streams where pbx_id = ${pbxId} and epoch = ${epoch}`;
  return row?.seq ?? 0;
}

/** All facts of these calls, in the order in which they were committed. */
export async function factsOfCalls(sql: Sql, callIds: readonly string[]): Promise<unknown[]> {
  if (callIds.length === 0) return [];
  const rows = await sql<{ payload: unknown }[]>`
    select payload from events where call_id in (select jsonb_array_elements_text(${JSON.stringify(callIds)}::jsonb))
    order by committed_at, seq`;
  return rows.map((row) => row.payload);
}

/** What the rows know of a call beyond its facts. */
export type CallBinding = {
  callId: string;
  interactionId: string | null;
  numberE164: string | null;
  clientId: string | null;
};

export async function bindingsOfCalls(sql: Sql, callIds: readonly string[]): Promise<CallBinding[]> {
  if (callIds.length === 0) return [];
  return sql<CallBinding[]>`
    select id as "callId", interaction_id as "interactionId", number_e164 as "numberE164", client_id as "clientId"
    from calls where id in (select jsonb_array_elements_text(${JSON.stringify(callIds)}::jsonb))`;
}

export async function liveCallIds(db: Database): Promise<string[]> {
  const rows = await db.$client<{ id: string }[]>`select id from calls where ended_at is null`;
  return rows.map((row) => row.id);
}

/**
 * The facts of no call that still hold: the last of each PBX's connection, and since that one was made, the last of each phone and
 * of each membership. In the order in which they were committed.
 */
export async function standingFacts(db: Database): Promise<unknown[]> {
  const rows = await db.$client<{ payload: unknown }[]>`
    with last_connected as (
      select pbx_id, max(occurred_at) as at from events where call_id = '' and kind = 'PbxConnected' group by pbx_id
    ), standing as (
      select distinct on (e.pbx_id, topic, e.payload ->> 'queue', e.payload ->> 'extension') e.payload, e.committed_at, e.seq
      from events e
      join last_connected l on l.pbx_id = e.pbx_id and e.occurred_at >= l.at
      cross join lateral (select case when e.kind like 'Pbx%' then 'pbx' when e.kind like 'Phone%' then 'phone' else 'member' end) t (topic)
      where e.call_id = ''
      order by e.pbx_id, topic, e.payload ->> 'queue', e.payload ->> 'extension', e.committed_at desc, e.seq desc
    )
    select payload from standing order by committed_at, seq`;
  return rows.map((row) => row.payload);
}
