/** Builders of facts with defaults and overrides. Numbers are fictional: local parts that begin with 0. */
import {
  EVENT_VERSION,
  type DomainEvent,
  type DomainEventKind,
  type EventOf,
  type Party,
} from '../ami-bridge/src/domain-events.ts';

export const PBX_ID = 'main';
/** A Monday noon at the PBX. */
export const NOON = Date.UTC(2026, 10, 23, 9);

/** What the fact of a kind says beyond its identity. */
type Saying<K extends DomainEventKind> = Omit<
  EventOf<K>,
  'v' | 'kind' | 'pbxId' | 'callId' | 'legId' | 'ordinal' | 'occurredAt'
>;
type Identity = Partial<Pick<DomainEvent, 'pbxId' | 'callId' | 'legId' | 'ordinal'>> & { at?: number };

export function fact<K extends DomainEventKind>(kind: K, identity: Identity, saying: Saying<K>): EventOf<K> {
  const { at = NOON, pbxId = PBX_ID, callId = '', legId = '', ordinal = callId === '' ? at * 1000 : 0 } = identity;
  const occurredAt = new Date(at).toISOString();
  // The compiler cannot see that Saying<K> and the identity make EventOf<K> together.
  return { v: EVENT_VERSION, kind, pbxId, callId, legId, ordinal, occurredAt, ...saying } as unknown as EventOf<K>;
}

export const party = (over: Partial<Party> = {}): Party => ({ number: null, name: null, extension: null, ...over });

let calls = 0;
/** Like the bridge's: the PBX's time is in it. */
export const newCallId = (at = NOON): string => `${PBX_ID}-${Math.floor(at / 1000)}.${++calls}`;

export type QueueCallOptions = {
  at?: number;
  callId?: string;
  number?: string | null;
  name?: string | null;
  extension?: string;
  queue?: string;
  /** From the start of the call: when each thing happened. */
  offeredAfterMs?: number;
  answeredAfterMs?: number;
  endedAfterMs?: number;
};

/** A call through a queue that is answered and ended by the caller: its facts by name, in their order. */
export function queueCall(options: QueueCallOptions = {}) {
  const { at = NOON, number = '84950001234', name = null, extension = '1001', queue = 'support' } = options;
  const { callId = newCallId(at), offeredAfterMs = 3_000, answeredAfterMs = 8_000, endedAfterMs = 68_000 } = options;
  const legId = `${callId}-agent`;
  const caller = { callId, legId: callId };
  const agent = { callId, legId };
  const joinedAfterMs = 1_000;
  const waitMs = answeredAfterMs - joinedAfterMs;
  const facts = {
    started: fact(
      'CallStarted',
      { ...caller, at },
      { direction: 'inbound', caller: party({ number, name }), dialled: '74950000100', consultOf: null },
    ),
    queued: fact('CallQueued', { ...caller, at: at + joinedAfterMs }, { queue, visit: 0, position: 1 }),
    legStarted: fact(
      'LegStarted',
      { ...agent, at: at + offeredAfterMs },
      { party: party({ number: extension, extension }) },
    ),
    offered: fact('CallOffered', { ...agent, at: at + offeredAfterMs }, { extension, queue, visit: 0 }),
    legAnswered: fact('LegAnswered', { ...agent, at: at + answeredAfterMs }, {}),
    offerEnded: fact(
      'OfferEnded',
      { ...agent, at: at + answeredAfterMs },
      { extension, queue, outcome: 'answered', ringMs: answeredAfterMs - offeredAfterMs },
    ),
    queueLeft: fact(
      'QueueLeft',
      { ...caller, at: at + answeredAfterMs },
      { queue, visit: 0, outcome: 'connected', waitMs },
    ),
    connected: fact('CallConnected', { ...agent, at: at + answeredAfterMs }, { extension, queue, visit: 0, waitMs }),
    legEnded: fact('LegEnded', { ...agent, at: at + endedAfterMs }, { outcome: 'completed', cause: 16 }),
    callerLegEnded: fact('LegEnded', { ...caller, at: at + endedAfterMs }, { outcome: 'completed', cause: 16 }),
    ended: fact(
      'CallEnded',
      { ...caller, at: at + endedAfterMs },
      { endedBy: 'external', outcome: 'completed', cause: 16, durationMs: endedAfterMs },
    ),
  };
  const all: DomainEvent[] = Object.values(facts);
  /** All facts up to the named one, from after `after` on. */
  const through = (last: keyof typeof facts, after?: keyof typeof facts): DomainEvent[] =>
    all.slice(after ? all.indexOf(facts[after]) + 1 : 0, all.indexOf(facts[last]) + 1);
  return { callId, legId, facts, all, through };
}

/** The fact that opens a bridge's stream. */
export const pbxConnected = (
  over: { at?: number; openCallIds?: string[]; pbxStartedAt?: string } = {},
): EventOf<'PbxConnected'> =>
  fact(
    'PbxConnected',
    { at: over.at ?? NOON },
    {
      pbxVersion: '22.10.1',
      pbxStartedAt: over.pbxStartedAt ?? new Date((over.at ?? NOON) - 86_400_000).toISOString(),
      clockOffsetMs: 0,
      openCallIds: over.openCallIds ?? [],
    },
  );
