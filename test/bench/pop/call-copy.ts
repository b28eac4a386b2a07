/** One playing of a recorded call: with ids that no other has, from another caller, to other agents, now. */
import { randomUUID } from 'node:crypto';
import type { CallTrace, Place } from './call-trace.ts';

/** One frame of one copy. `offers` names the leg by its new id. */
export type PlayedFrame = { afterMs: number; text: string; offers: { legId: string; extension: string } | null };
export type PlayedCall = { id: string; legs: number; queueVisits: number; frames: readonly PlayedFrame[] };

export type Copy = {
  /** Counts the copies of a run, so that no two have an id in common. */
  number: number;
  startsAtMs: number;
  /** As the network gives it. */
  caller: string;
  /** One for each of the trace's. */
  extensions: readonly string[];
};

export function copyOf(trace: CallTrace, { number, startsAtMs, caller, extensions }: Copy): PlayedCall {
  const seconds = Math.floor(startsAtMs / 1000);
  const ids = new Map<string, string>();
  const renew = (original: string, make: (index: number) => string) => {
    const made = ids.get(original) ?? make(ids.size);
    ids.set(original, made);
    return made;
  };
  const fill = (place: Place, afterMs: number): string => {
    switch (place.kind) {
      case 'timestamp':
        return amiTimestamp(startsAtMs + afterMs);
      case 'caller':
        return caller;
      case 'extension':
        return extensions[trace.extensions.indexOf(place.original)] ?? place.original;
      case 'id':
        return renew(place.original, (index) => `${seconds}.${number * 100 + index}`);
      case 'sequence':
        return renew(place.original, (index) => (number * 100 + index).toString(16).padStart(8, '0'));
      case 'bridge':
        return renew(place.original, () => randomUUID());
    }
  };
  const frames = trace.frames.map(({ afterMs, template, offers }) => ({
    afterMs,
    text: template.map((part) => (typeof part === 'string' ? part : fill(part, afterMs))).join(''),
    offers: offers && {
      legId: fill({ kind: 'id', original: offers.leg }, afterMs),
      extension: fill({ kind: 'extension', original: offers.extension }, afterMs),
    },
  }));
  return {
    id: fill({ kind: 'id', original: trace.firstLeg }, 0),
    legs: trace.legs,
    queueVisits: trace.queueVisits,
    frames,
  };
}

/** As `timestampevents` writes it: seconds with six digits of microseconds. */
export const amiTimestamp = (atMs: number): string => (atMs / 1000).toFixed(6);
