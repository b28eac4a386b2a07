/**
 * What the event pipeline writes, and reads back after an outage. The hot path: each statement takes all its rows as one JSON
 * parameter, so that its text, and with it the prepared statement, is the same for one row and for a thousand; within a
 * transaction statements that need nothing of each other are sent together. Therefore postgres.js itself and not drizzle here,
 * whose `execute` prepares nothing.
 */
import type { Sql, TransactionSql } from 'postgres';
import type { Database } from '../database.ts';

export type PipelineTransaction = TransactionSql;

/** A fact as the ledger keeps it. Instants are ISO 8601. */
export type LedgerRow = {
  partitionedAt: string;
  pbxId: string;
  callId: string;
  legId: string;
  kind: string;
  ordinal: number;
  occurredAt: string;
  v: number;
  seq: number;
  payload: unknown;
};
export type FactKey = Pick<LedgerRow, 'pbxId' | 'callId' | 'legId' | 'kind' | 'ordinal'>;

/** All or nothing: rejects when any statement or the commit fails. After a failed commit nobody knows whether it took place. */
export async function inTransaction<T>(db: Database, work: (tx: PipelineTransaction) => Promise<T>): Promise<T> {
  // postgres.js' own type unwraps arrays of promises; `work` returns no such thing.
  let result: { value: T } | undefined;
  await db.$client.begin(async (tx) => {
    result = { value: await work(tx) };
  });
  if (!result) throw new Error('the transaction ended without its work');
  return result.value;
}

/** Adds facts to the ledger and returns the identities of those that were not there. */
export async function insertFacts(tx: PipelineTransaction, rows: readonly LedgerRow[]): Promise<FactKey[]> {
  return tx<(FactKey & { ordinal: number })[]>`
    insert into events (partitioned_at, pbx_id, call_id, leg_id, kind, ordinal, occurred_at, v, seq, payload)
    select "partitionedAt", "pbxId", "callId", "legId", kind, ordinal, "occurredAt", v, seq, payload
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("partitionedAt" timestamptz, "pbxId" text, "callId" text,
      "legId" text, kind text, ordinal bigint, "occurredAt" timestamptz, v smallint, seq bigint, payload jsonb)
    on conflict do nothing
    returning pbx_id as "pbxId", call_id as "callId", leg_id as "legId", kind, ordinal::float8 as ordinal`;
}

/** Which clients have these numbers: all of them for each number. */
export async function ownersOfNumbers(
  sql: Sql | PipelineTransaction,
  numbers: readonly string[],
): Promise<{ e164: string; clientId: string }[]> {
  if (numbers.length === 0) return [];
  return sql<{ e164: string; clientId: string }[]>`
    select distinct e164, client_id as "clientId" from client_phones
    where e164 in (select jsonb_array_elements_text(${JSON.stringify(numbers)}::jsonb))`;
}

/** Every column is written anew, but the client: an operator may have chosen one meanwhile. */
export type CallRow = {
  id: string;
  pbxId: string;
  interactionId: string;
  direction: string;
  number: string | null;
  numberE164: string | null;
  callerName: string | null;
  dialled: string | null;
  clientId: string | null;
  consultOf: string | null;
  queueId: string | null;
  agentId: string | null;
  teamId: string | null;
  startedAt: string;
  connectedAt: string | null;
  endedAt: string | null;
  waitMs: number;
  talkMs: number;
  heldMs: number;
  durationMs: number;
  result: string;
  endedBy: string | null;
  endCause: number | null;
};

export async function upsertCalls(tx: PipelineTransaction, rows: readonly CallRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into calls (id, pbx_id, interaction_id, direction, number, number_e164, caller_name, dialled, client_id, consult_of,
      queue_id, agent_id, team_id, started_at, connected_at, ended_at, wait_ms, talk_ms, held_ms, duration_ms, result, ended_by, end_cause)
    select id, "pbxId", "interactionId", direction, number, "numberE164", "callerName", dialled, "clientId", "consultOf",
      "queueId", "agentId", "teamId", "startedAt", "connectedAt", "endedAt", "waitMs", "talkMs", "heldMs", "durationMs", result,
      "endedBy", "endCause"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, "pbxId" text, "interactionId" uuid, direction text,
      number text, "numberE164" text, "callerName" text, dialled text, "clientId" uuid, "consultOf" text, "queueId" uuid,
      "agentId" uuid, "teamId" uuid, "startedAt" timestamptz, "connectedAt" timestamptz, "endedAt" timestamptz, "waitMs" integer,
      "talkMs" integer, "heldMs" integer, "durationMs" integer, result text, "endedBy" text, "endCause" integer)
    on conflict (id) do update set queue_id = excluded.queue_id, agent_id = excluded.agent_id, team_id = excluded.team_id,
      connected_at = excluded.connected_at, ended_at = excluded.ended_at, wait_ms = excluded.wait_ms, talk_ms = excluded.talk_ms,
      held_ms = excluded.held_ms, duration_ms = excluded.duration_ms, result = excluded.result, ended_by = excluded.ended_by,
      end_cause = excluded.end_cause`;
}

export type LegRow = {
  id: string;
  callId: string;
  number: string | null;
  name: string | null;
  extension: string | null;
  agentId: string | null;
  startedAt: string;
  answeredAt: string | null;
  connectedAt: string | null;
  endedAt: string | null;
  heldMs: number;
  heldSince: string | null;
  outcome: string | null;
  cause: number | null;
};

export async function upsertLegs(tx: PipelineTransaction, rows: readonly LegRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into legs (id, call_id, number, name, extension, agent_id, started_at, answered_at, connected_at, ended_at, held_ms,
      held_since, outcome, cause)
    select id, "callId", number, name, extension, "agentId", "startedAt", "answeredAt", "connectedAt", "endedAt", "heldMs",
      "heldSince", outcome, cause
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, "callId" text, number text, name text, extension text,
      "agentId" uuid, "startedAt" timestamptz, "answeredAt" timestamptz, "connectedAt" timestamptz, "endedAt" timestamptz,
      "heldMs" integer, "heldSince" timestamptz, outcome text, cause integer)
    on conflict (id) do update set call_id = excluded.call_id, number = excluded.number, name = excluded.name,
      extension = excluded.extension, agent_id = excluded.agent_id, answered_at = excluded.answered_at,
      connected_at = excluded.connected_at, ended_at = excluded.ended_at, held_ms = excluded.held_ms,
      held_since = excluded.held_since, outcome = excluded.outcome, cause = excluded.cause`;
}

export type QueueVisitRow = {
  callId: string;
  visit: number;
  queueId: string | null;
  queueCode: string;
  joinedAt: string;
  leftAt: string | null;
  outcome: string | null;
  waitMs: number | null;
  position: number | null;
  agentId: string | null;
  offers: number;
};

export async function upsertQueueVisits(tx: PipelineTransaction, rows: readonly QueueVisitRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into queue_visits (call_id, visit, queue_id, queue_code, joined_at, left_at, outcome, wait_ms, position, agent_id, offers)
    select "callId", visit, "queueId", "queueCode", "joinedAt", "leftAt", outcome, "waitMs", position, "agentId", offers
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("callId" text, visit smallint, "queueId" uuid, "queueCode" text,
      "joinedAt" timestamptz, "leftAt" timestamptz, outcome text, "waitMs" integer, position integer, "agentId" uuid, offers smallint)
    on conflict (call_id, visit) do update set left_at = excluded.left_at, outcome = excluded.outcome, wait_ms = excluded.wait_ms,
      agent_id = excluded.agent_id, offers = excluded.offers`;
}

/** Up to where the stream is committed, in the transaction that commits it. */
export async function advanceStream(
  tx: PipelineTransaction,
  stream: { pbxId: string; epoch: string; committedSeq: number },
): Promise<void> {
  await tx`
    insert into pbx_streams (pbx_id, epoch, committed_seq) values (${stream.pbxId}, ${stream.epoch}, ${stream.committedSeq})
    on conflict (pbx_id, epoch) do update
      set committed_seq = greatest(pbx_streams.committed_seq, excluded.committed_seq), updated_at = now()`;
}

/** 0 for an epoch never heard of. */
export async function committedSeq(db: Database, pbxId: string, epoch: string): Promise<number> {
  const [row] = await db.$client<{ seq: number }[]>`
    select committed_seq::float8 as seq from pbx_streams where pbx_id = ${pbxId} and epoch = ${epoch}`;
  return row?.seq ?? 0;
}

export type RejectedDelivery = { id: string; pbxId: string; seq: number; payload: unknown; reason: string };

/** `payload` must be free of NUL and lone surrogates, which jsonb cannot hold. */
export async function insertRejected(tx: PipelineTransaction, rows: readonly RejectedDelivery[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into rejected_deliveries (id, pbx_id, seq, payload, reason)
    select id, "pbxId", seq, payload, reason
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "pbxId" text, seq bigint, payload jsonb, reason text)`;
}

/** All facts of these calls, in the order in which they were committed. */
export async function factsOfCalls(sql: Sql | PipelineTransaction, callIds: readonly string[]): Promise<unknown[]> {
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

export async function bindingsOfCalls(
  sql: Sql | PipelineTransaction,
  callIds: readonly string[],
): Promise<CallBinding[]> {
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
