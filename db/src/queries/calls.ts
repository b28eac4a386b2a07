/** The call log: reading it, and binding a call to a client. Calls are written by the event pipeline alone. */
import { sql, type SQL } from 'drizzle-orm';
import { decodeCursor, pageFrom, type Page } from '../cursor.ts';
import type { Database, Queryable } from '../database.ts';
import type { Scope } from '../scope.ts';

type Reference = { id: string; name: string } | null;

/** A line of the log. Instants are ISO 8601 in UTC. */
export type CallLine = {
  id: string;
  direction: 'inbound' | 'outbound' | 'internal';
  number: string | null;
  numberE164: string | null;
  callerName: string | null;
  dialled: string | null;
  client: Reference;
  queue: { id: string; code: string; nameRu: string; nameEn: string } | null;
  agent: Reference;
  startedAt: string;
  connectedAt: string | null;
  endedAt: string | null;
  waitMs: number;
  talkMs: number;
  heldMs: number;
  durationMs: number;
  result:
    | 'live'
    | 'answered'
    | 'abandoned'
    | 'missed'
    | 'timeout'
    | 'busy'
    | 'no_answer'
    | 'cancelled'
    | 'unobtainable'
    | 'failed'
    | 'pbx_lost';
  endedBy: 'external' | 'agent' | 'system' | 'unknown' | null;
};

export type CallLeg = {
  id: string;
  number: string | null;
  name: string | null;
  extension: string | null;
  agent: Reference;
  startedAt: string;
  answeredAt: string | null;
  connectedAt: string | null;
  endedAt: string | null;
  heldMs: number;
  outcome: string | null;
};

export type CallVisit = {
  visit: number;
  queueCode: string;
  joinedAt: string;
  leftAt: string | null;
  outcome: string | null;
  waitMs: number | null;
  position: number | null;
  offers: number;
  agent: Reference;
};

export type CallWhole = CallLine & {
  consultOf: string | null;
  endCause: number | null;
  legs: CallLeg[];
  queueVisits: CallVisit[];
};

const iso = (column: SQL) => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const agentOf = (alias: SQL) =>
  sql`(select json_build_object('id', a.id, 'name', a.display_name) from agents a where a.id = ${alias}.agent_id)`;

const lineColumns = sql`
  c.id, c.direction, c.number, c.number_e164 as "numberE164", c.caller_name as "callerName", c.dialled,
  (select json_build_object('id', l.id, 'name', l.name) from clients l where l.id = c.client_id) as client,
  (select json_build_object('id', q.id, 'code', q.code, 'nameRu', q.name_ru, 'nameEn', q.name_en)
    from queues q where q.id = c.queue_id) as queue,
  ${agentOf(sql`c`)} as agent,
  ${iso(sql`c.started_at`)} as "startedAt", ${iso(sql`c.connected_at`)} as "connectedAt", ${iso(sql`c.ended_at`)} as "endedAt",
  c.wait_ms as "waitMs", c.talk_ms as "talkMs", c.held_ms as "heldMs", c.duration_ms as "durationMs", c.result,
  c.ended_by as "endedBy"`;

/**
 * One's own: calls that reached me, and those in which I had a leg (the colleague I called, the offer I missed). A team's: those of its
 * agents, and those that reached nobody: an abandoned call is missed by whoever leads a team.
 */
function visibleCalls(scope: Scope): SQL {
  switch (scope.level) {
    case 'own':
      return sql`(c.agent_id = ${scope.agentId}::uuid
        or exists (select from legs l where l.call_id = c.id and l.agent_id = ${scope.agentId}::uuid))`;
    case 'team':
      return sql`(c.team_id = ${scope.teamId}::uuid or c.team_id is null)`;
    case 'all':
      return sql`true`;
  }
}

export type CallSearch = {
  scope: Scope;
  limit: number;
  cursor?: string | undefined;
  /** Instants, ISO 8601: `from` inclusive, `to` exclusive. */
  from?: string | undefined;
  to?: string | undefined;
  direction?: CallLine['direction'] | undefined;
  result?: CallLine['result'] | undefined;
  /** A whole number in E.164, or the digits that it ends with (four or more). */
  numberE164?: string | undefined;
  numberEnd?: string | undefined;
  clientId?: string | undefined;
  queueId?: string | undefined;
  agentId?: string | undefined;
};

/** Newest first. */
export async function listCalls(db: Queryable, search: CallSearch): Promise<Page<CallLine>> {
  const [afterAt, afterId] = search.cursor ? decodeCursor(search.cursor, [/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, /^/]) : [];
  const conditions: SQL[] = [visibleCalls(search.scope)];
  if (afterAt) conditions.push(sql`(c.started_at, c.id) < (${afterAt}::timestamptz, ${afterId})`);
  if (search.from) conditions.push(sql`c.started_at >= ${search.from}::timestamptz`);
  if (search.to) conditions.push(sql`c.started_at < ${search.to}::timestamptz`);
  if (search.direction) conditions.push(sql`c.direction = ${search.direction}`);
  if (search.result) conditions.push(sql`c.result = ${search.result}`);
  if (search.numberE164 || search.numberEnd) conditions.push(numberMatches(search));
  if (search.clientId) conditions.push(sql`c.client_id = ${search.clientId}::uuid`);
  if (search.queueId) conditions.push(sql`c.queue_id = ${search.queueId}::uuid`);
  if (search.agentId) conditions.push(sql`c.agent_id = ${search.agentId}::uuid`);
  const rows = await db.execute<CallLine>(sql`
    select ${lineColumns} from calls c where ${sql.join(conditions, sql` and `)}
    order by c.started_at desc, c.id desc limit ${search.limit + 1}`);
  return pageFrom(rows, search.limit, (last) => [last.startedAt, last.id]);
}

function numberMatches({ numberE164, numberEnd }: CallSearch): SQL {
  const either: SQL[] = [];
  if (numberE164) either.push(sql`c.number_e164 = ${numberE164}`);
  if (numberEnd) either.push(sql`c.number_e164 like ${`%${numberEnd}`} or c.number like ${`%${numberEnd}`}`);
  return sql`(${sql.join(either, sql` or `)})`;
}

/** Null when there is no such call, or none that `scope` may see. */
export async function findCall(db: Queryable, id: string, scope: Scope): Promise<CallWhole | null> {
  const [call] = await db.execute<CallWhole>(sql`
    select ${lineColumns}, c.consult_of as "consultOf", c.end_cause as "endCause",
      (select coalesce(json_agg(json_build_object('id', l.id, 'number', l.number, 'name', l.name, 'extension', l.extension,
          'agent', ${agentOf(sql`l`)}, 'startedAt', ${iso(sql`l.started_at`)}, 'answeredAt', ${iso(sql`l.answered_at`)},
          'connectedAt', ${iso(sql`l.connected_at`)}, 'endedAt', ${iso(sql`l.ended_at`)}, 'heldMs', l.held_ms, 'outcome', l.outcome)
          order by l.started_at, l.id), '[]') from legs l where l.call_id = c.id) as legs,
      (select coalesce(json_agg(json_build_object('visit', v.visit, 'queueCode', v.queue_code, 'joinedAt', ${iso(sql`v.joined_at`)},
          'leftAt', ${iso(sql`v.left_at`)}, 'outcome', v.outcome, 'waitMs', v.wait_ms, 'position', v.position, 'offers', v.offers,
          'agent', ${agentOf(sql`v`)}) order by v.visit), '[]') from queue_visits v where v.call_id = c.id) as "queueVisits"
    from calls c where c.id = ${id} and ${visibleCalls(scope)}`);
  return call ?? null;
}

/** The last three calls with a client, newest first, live ones left out. */
export async function lastCallsOf(db: Queryable, clientId: string): Promise<CallLine[]> {
  return db.execute<CallLine>(sql`
    select ${lineColumns} from calls c where c.client_id = ${clientId}::uuid and c.ended_at is not null
    order by c.started_at desc, c.id desc limit 3`);
}

/** What the bridge asks on connect: the calls that the log holds as live. */
export async function openCalls(db: Queryable, pbxId: string): Promise<{ callId: string; startedAt: string }[]> {
  return db.execute<{ callId: string; startedAt: string }>(sql`
    select c.id as "callId", ${iso(sql`c.started_at`)} as "startedAt" from calls c
    where c.pbx_id = ${pbxId} and c.ended_at is null order by c.started_at, c.id`);
}

/** Binds the call and its entry on the timeline to the client. False when `scope` may not see the call, or there is none. */
export async function bindCall(
  db: Database | Queryable,
  callId: string,
  clientId: string,
  scope: Scope,
): Promise<boolean> {
  const rows = await db.execute<{ id: string }>(sql`
    with bound as (
      update calls c set client_id = ${clientId}::uuid where c.id = ${callId} and ${visibleCalls(scope)}
      returning c.id, c.interaction_id
    ), entry as (
      update interactions i set client_id = ${clientId}::uuid from bound where i.id = bound.interaction_id
    )
    select id from bound`);
  return rows.length > 0;
}
