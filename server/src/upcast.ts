/**
 * Facts of older versions as today's. A change of a fact's shape raises EVENT_VERSION in domain-events.ts and adds the step from the
 * version before it here: the ledger keeps facts as they came, and they are brought up when they are read.
 */
import { EVENT_VERSION } from '@headset/ami-bridge/domain-events';

type RawFact = Record<string, unknown>;

/** `upcasters.get(1)` makes a fact of version 2 from one of version 1. */
const upcasters = new Map<number, (fact: RawFact) => RawFact>();

/** What is no fact, or of a version that nobody knows, comes back as it is: the schema refuses it. */
export function upcast(fact: unknown): unknown {
  let current = fact;
  while (isVersioned(current) && current.v < EVENT_VERSION) {
    const step = upcasters.get(current.v);
    if (!step) return current;
    current = step(current);
  }
  return current;
}

const isVersioned = (value: unknown): value is RawFact & { v: number } =>
  typeof value === 'object' && value !== null && 'v' in value && typeof value.v === 'number';
