/** Entries on clients' timelines. A call's entry is made with the call, by the event pipeline. */
import type { PipelineTransaction } from './event-pipeline.ts';

export type VoiceInteractionRow = {
  id: string;
  clientId: string | null;
  direction: string;
  occurredAt: string;
  agentId: string | null;
};

/** Writes the entries of calls. The client of an entry that is there already stays: an operator may have chosen one meanwhile. */
export async function upsertVoiceInteractions(
  tx: PipelineTransaction,
  rows: readonly VoiceInteractionRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into interactions (id, client_id, channel, direction, occurred_at, agent_id)
    select id, "clientId", 'voice', direction, "occurredAt", "agentId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "clientId" uuid, direction text,
      "occurredAt" timestamptz, "agentId" uuid)
    on conflict (id) do update set agent_id = excluded.agent_id
      where interactions.agent_id is distinct from excluded.agent_id`;
}
