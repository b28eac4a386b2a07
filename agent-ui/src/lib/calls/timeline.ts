/** A call drawn as rows of segments on one axis: who waited, rang and talked when. Pure: positions are parts of the whole, 0–1. */
import type { CallDetail } from '@headset/server/contract/calls.ts';

export type Segment = { kind: 'line' | 'queue' | 'ringing' | 'talking'; from: number; to: number };
export type Row =
  | { kind: 'visit'; visit: CallDetail['queueVisits'][number]; segments: Segment[] }
  | { kind: 'leg'; leg: CallDetail['legs'][number]; segments: Segment[] };
export type Timeline = { startMs: number; endMs: number; rows: Row[] };

/** @param now ISO; where a live call's segments end. */
export function timelineOf(call: CallDetail, now: string): Timeline {
  const startMs = Date.parse(call.startedAt);
  const endMs = Math.max(startMs + 1000, Date.parse(call.endedAt ?? now));
  const at = (iso: string | null): number =>
    Math.min(1, Math.max(0, (Date.parse(iso ?? new Date(endMs).toISOString()) - startMs) / (endMs - startMs)));
  const segment = (kind: Segment['kind'], from: string, to: string | null): Segment[] =>
    at(to) > at(from) ? [{ kind, from: at(from), to: at(to) }] : [];

  const visits: Row[] = call.queueVisits.map((visit) => ({
    kind: 'visit',
    visit,
    segments: segment('queue', visit.joinedAt, visit.leftAt),
  }));
  const legs: Row[] = call.legs.map((leg) => ({
    kind: 'leg',
    leg,
    segments: leg.connectedAt
      ? [
          ...segment(leg.agent ? 'ringing' : 'line', leg.startedAt, leg.connectedAt),
          ...segment('talking', leg.connectedAt, leg.endedAt),
        ]
      : segment(leg.agent ? 'ringing' : 'line', leg.startedAt, leg.endedAt),
  }));
  const caller = legs.slice(0, 1);
  return { startMs, endMs, rows: [...caller, ...visits, ...legs.slice(1)] };
}
