/**
 * What one batch of facts writes: the ledger, and the calls, legs, stays in queues and timeline entries folded from it. The hot path of
 * everything: one statement, and so one trip to Postgres, one commit, and one text whose prepared plan serves one row and a thousand.
 * Therefore postgres.js itself and not drizzle here, whose `execute` prepares nothing.
 */
import postgres, { type Sql } from 'postgres';

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

/**
 * The entry of a call on its client's timeline. The client of an entry that is there already stays, as the call's does: an operator
 * may have chosen one meanwhile.
 */
export type VoiceInteractionRow = {
  id: string;
  clientId: string | null;
  direction: string;
  occurredAt: string;
  agentId: string | null;
};

/** `payload` must be free of NUL and lone surrogates, which jsonb cannot hold. */
export type RejectedDelivery = { id: string; pbxId: string; seq: number; payload: unknown; reason: string };

/** Up to where a bridge's stream is committed. */
export type StreamPosition = { pbxId: string; epoch: string; committedSeq: number };

export type Batch = {
  facts: readonly LedgerRow[];
  interactions: readonly VoiceInteractionRow[];
  calls: readonly CallRow[];
  legs: readonly LegRow[];
  queueVisits: readonly QueueVisitRow[];
  rejected: readonly RejectedDelivery[];
  streams: readonly StreamPosition[];
};

/**
 * Commits all of it, or nothing. Rejects with a known fact (`isKnownFact`) when the ledger has one already. After a connection that was
 * lost meanwhile nobody knows whether it was committed.
 */
export async function commitBatch(sql: Sql, batch: Batch): Promise<void> {
  await sql`
    with batch as materialized (select ${JSON.stringify(batch)}::jsonb as json),
    new_facts as (
      insert into events (partitioned_at, pbx_id, call_id, leg_id, kind, ordinal, occurred_at, v, seq, payload)
      select "partitionedAt", "pbxId", "callId", "legId", kind, ordinal, "occurredAt", v, seq, payload
      from batch, jsonb_to_recordset(json -> 'facts') as r("partitionedAt" timestamptz, "pbxId" text, "callId" text,
        "legId" text, kind text, ordinal bigint, "occurredAt" timestamptz, v smallint, seq bigint, payload jsonb)
    ), new_interactions as (
      insert into interactions (id, client_id, channel, direction, occurred_at, agent_id)
      select id, "clientId", 'voice', direction, "occurredAt", "agentId"
      from batch, jsonb_to_recordset(json -> 'interactions') as r(id uuid, "clientId" uuid, direction text,
        "occurredAt" timestamptz, "agentId" uuid)
      on conflict (id) do update set agent_id = excluded.agent_id
        where interactions.agent_id is distinct from excluded.agent_id
    ), new_calls as (
      insert into calls (id, pbx_id, interaction_id, direction, number, number_e164, caller_name, dialled, client_id, consult_of,
        queue_id, agent_id, team_id, started_at, connected_at, ended_at, wait_ms, talk_ms, held_ms, duration_ms, result, ended_by, end_cause)
      select id, "pbxId", "interactionId", direction, number, "numberE164", "callerName", dialled, "clientId", "consultOf",
        "queueId", "agentId", "teamId", "startedAt", "connectedAt", "endedAt", "waitMs", "talkMs", "heldMs", "durationMs", result,
        "endedBy", "endCause"
      from batch, jsonb_to_recordset(json -> 'calls') as r(id text, "pbxId" text, "interactionId" uuid, direction text,
        number text, "numberE164" text, "callerName" text, dialled text, "clientId" uuid, "consultOf" text, "queueId" uuid,
        "agentId" uuid, "teamId" uuid, "startedAt" timestamptz, "connectedAt" timestamptz, "endedAt" timestamptz, "waitMs" integer,
        "talkMs" integer, "heldMs" integer, "durationMs" integer, result text, "endedBy" text, "endCause" integer)
      on conflict (id) do update set queue_id = excluded.queue_id, agent_id = excluded.agent_id, team_id = excluded.team_id,
        connected_at = excluded.connected_at, ended_at = excluded.ended_at, wait_ms = excluded.wait_ms, talk_ms = excluded.talk_ms,
        held_ms = excluded.held_ms, duration_ms = excluded.duration_ms, result = excluded.result, ended_by = excluded.ended_by,
        end_cause = excluded.end_cause
    ), new_legs as (
      insert into legs (id, call_id, number, name, extension, agent_id, started_at, answered_at, connected_at, ended_at, held_ms,
        held_since, outcome, cause)
      select id, "callId", number, name, extension, "agentId", "startedAt", "answeredAt", "connectedAt", "endedAt", "heldMs",
        "heldSince", outcome, cause
      from batch, jsonb_to_recordset(json -> 'legs') as r(id text, "callId" text, number text, name text, extension text,
        "agentId" uuid, "startedAt" timestamptz, "answeredAt" timestamptz, "connectedAt" timestamptz, "endedAt" timestamptz,
        "heldMs" integer, "heldSince" timestamptz, outcome text, cause integer)
      on conflict (id) do update set call_id = excluded.call_id, number = excluded.number, name = excluded.name,
        extension = excluded.extension, agent_id = excluded.agent_id, answered_at = excluded.answered_at,
        connected_at = excluded.connected_at, ended_at = excluded.ended_at, held_ms = excluded.held_ms,
        held_since = excluded.held_since, outcome = excluded.outcome, cause = excluded.cause
    ), new_queue_visits as (
      insert into queue_visits (call_id, visit, queue_id, queue_code, joined_at, left_at, outcome, wait_ms, position, agent_id, offers)
      select "callId", visit, "queueId", "queueCode", "joinedAt", "leftAt", outcome, "waitMs", position, "agentId", offers
      from batch, jsonb_to_recordset(json -> 'queueVisits') as r("callId" text, visit smallint, "queueId" uuid, "queueCode" text,
        "joinedAt" timestamptz, "leftAt" timestamptz, outcome text, "waitMs" integer, position integer, "agentId" uuid, offers smallint)
      on conflict (call_id, visit) do update set left_at = excluded.left_at, outcome = excluded.outcome, wait_ms = excluded.wait_ms,
        agent_id = excluded.agent_id, offers = excluded.offers
    ), new_rejected as (
      insert into rejected_deliveries (id, pbx_id, seq, payload, reason)
      select id, "pbxId", seq, payload, reason
      from batch, jsonb_to_recordset(json -> 'rejected') as r(id uuid, "pbxId" text, seq bigint, payload jsonb, reason text)
    )
    insert into pbx_streams (pbx_id, epoch, committed_seq)
    select "pbxId", epoch, "committedSeq"
    from batch, jsonb_to_recordset(json -> 'streams') as r("pbxId" text, epoch uuid, "committedSeq" bigint)
    on conflict (pbx_id, epoch) do update
      set committed_seq = greatest(pbx_streams.committed_seq, excluded.committed_seq), updated_at = now()`;
}

/** The ledger refused a fact that it has already (its primary key is the fact's identity; a partition is named after its month). */
export const isKnownFact = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === '23505' && /^events_/.test(error.table_name ?? '');

/** Which of these facts does the ledger have? */
export async function knownFacts(sql: Sql, rows: readonly LedgerRow[]): Promise<FactKey[]> {
  return sql<FactKey[]>`
    select e.pbx_id as "pbxId", e.call_id as "callId", e.leg_id as "legId", e.kind, e.ordinal::float8 as ordinal
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("partitionedAt" timestamptz, "pbxId" text, "callId" text,
      "legId" text, kind text, ordinal bigint)
    join events e on e.partitioned_at = r."partitionedAt" and e.pbx_id = r."pbxId" and e.call_id = r."callId"
      and e.leg_id = r."legId" and e.kind = r.kind and e.ordinal = r.ordinal`;
}
