/**
 * The lines of the outbox file: JSON, one a line. The first names the file; each later one holds what one turn of the event loop
 * brought. Read back with the same care as anything from outside: a file may be torn, old or foreign.
 */
import { z } from 'zod';
import { directionSchema, endedBySchema, legOutcomeSchema, partySchema } from '../domain-events.ts';
import { deliverySchema, type Delivery } from '../pbx-link.ts';
import type { Call } from '../tracker/state.ts';

/** Raised when the shape of `Call` changes: an older file's facts are kept, its calls are left to the next snapshot. */
export const JOURNAL_FORMAT = 2;

const micros = z.number().int();

const legSchema = z.object({
  id: z.string(),
  channel: z.string(),
  half: z.string().nullable(),
  party: partySchema,
  extension: z.string().nullable(),
  status: z.enum(['calling', 'ringing', 'up']),
  startedAt: micros,
  dialledBy: z.string().nullable(),
  queued: z.object({ queue: z.string(), visit: z.number() }).nullable(),
  offeredAt: micros.nullable(),
  bridge: z.string().nullable(),
  talking: z.boolean(),
  heldAt: micros.nullable(),
  transferredAt: micros.nullable(),
  dialStatus: z.string().nullable(),
  hangupBy: z.enum(['device', 'system']).nullable(),
  ordinals: z.record(z.string(), z.number()),
});

export const callSchema = z.object({
  id: z.string(),
  direction: directionSchema,
  startedAt: micros,
  dialled: z.string().nullable(),
  towards: z.string().nullable(),
  legs: z.array(legSchema),
  visits: z.number(),
  visit: z
    .object({
      visit: z.number(),
      ordinal: z.number(),
      legId: z.string(),
      queue: z.string(),
      joinedAt: micros,
      leftAt: micros.nullable(),
      givenUp: z.boolean(),
    })
    .nullable(),
  waitMs: z.number(),
  replacing: z.boolean(),
  optimising: z.boolean(),
  connected: z.boolean(),
  hangup: z.object({ legId: z.string(), by: endedBySchema, at: micros }).nullable(),
  failure: legOutcomeSchema.nullable(),
  firstLegEnd: z.object({ at: micros, cause: z.number().nullable() }).nullable(),
}) satisfies z.ZodType<Call>;

const headSchema = z.object({ format: z.number(), pbxId: z.string(), epoch: z.uuid() });
export type Head = z.infer<typeof headSchema>;

const lineSchema = z.object({
  deliveries: z.array(deliverySchema).optional(),
  /** Calls as they are after these facts; null for an ended one. */
  calls: z.record(z.string(), z.unknown()).optional(),
  acknowledged: z.number().optional(),
  pbxStartedAt: micros.nullable().optional(),
  lastOrdinal: z.number().optional(),
  /** Facts were left out after these: there was no room. */
  overflowed: z.boolean().optional(),
});
export type Line = {
  deliveries?: Delivery[];
  calls?: Record<string, Call | null>;
  acknowledged?: number;
  pbxStartedAt?: number | null;
  lastOrdinal?: number;
  overflowed?: boolean;
};

/** What an outbox file says: facts that nobody has acknowledged, and the tracker's state as of the last of them. */
export type Recovered = {
  deliveries: Delivery[];
  calls: Map<string, Call>;
  pbxStartedAt: number | null;
  lastOrdinal: number;
  overflowed: boolean;
  /** Lines that could not be read: at most the last one, when the machine or the process died while writing it. */
  damagedLines: number;
};

export function emptyRecovery(): Recovered {
  return { deliveries: [], calls: new Map(), pbxStartedAt: null, lastOrdinal: 0, overflowed: false, damagedLines: 0 };
}

/** Reads a whole file. A damaged line is counted and left out; one of another PBX or with a damaged head gives nothing. */
export function readJournal(text: string, pbxId: string): Recovered {
  const recovered = emptyRecovery();
  const [first = '', ...lines] = text.split('\n');
  const head = headSchema.safeParse(asJson(first));
  if (!head.success || head.data.pbxId !== pbxId) return { ...recovered, damagedLines: text === '' ? 0 : 1 };
  let acknowledged = 0;
  for (const raw of lines) {
    if (raw === '') continue;
    const line = lineSchema.safeParse(asJson(raw));
    if (!line.success) {
      recovered.damagedLines++;
      continue;
    }
    const { data } = line;
    recovered.deliveries.push(...(data.deliveries ?? []));
    acknowledged = Math.max(acknowledged, data.acknowledged ?? 0);
    if (data.pbxStartedAt !== undefined) recovered.pbxStartedAt = data.pbxStartedAt;
    recovered.lastOrdinal = data.lastOrdinal ?? recovered.lastOrdinal;
    recovered.overflowed = data.overflowed ?? recovered.overflowed;
    if (head.data.format === JOURNAL_FORMAT) foldCalls(recovered, data.calls ?? {});
  }
  recovered.deliveries = recovered.deliveries.filter(({ seq }) => seq > acknowledged);
  return recovered;
}

function foldCalls(recovered: Recovered, calls: Record<string, unknown>): void {
  for (const [id, value] of Object.entries(calls)) {
    const call = callSchema.safeParse(value);
    if (call.success) recovered.calls.set(id, call.data);
    else recovered.calls.delete(id);
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
