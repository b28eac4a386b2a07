/**
 * What one event does to the state: facts, and the calls as they are afterwards. Handlers read and write a `Change`, never the
 * state; `commit` (commit.ts) then puts it in. So a step stays pure, and costs a copy of the touched call and not of everything.
 */
import type { DomainEvent, DomainEventKind, EventOf } from '../domain-events.ts';
import { EVENT_VERSION } from '../domain-events.ts';
import type { Micros } from '../ami/header.ts';
import type { Call, Leg, ObservedMember, TrackerState } from './state.ts';

/** A leg and its call, as they are now within the change. */
export type Located = { call: Call; leg: Leg };

/** Halves of Local channels are followed and not told of, unless one is what the call began with; nor is what merely replaces. */
export function isTold({ call, leg }: Located): boolean {
  return !call.replacing && (leg.half === null || leg.id === call.id);
}

type Common = 'v' | 'pbxId' | 'callId' | 'legId' | 'ordinal' | 'occurredAt' | 'kind';
type Body<K extends DomainEventKind> = Omit<EventOf<K>, Common>;

/** Kinds of which a leg may have several: their ordinal is counted. */
type Counted = 'LegMoved' | 'CallQueued' | 'CallOffered' | 'CallConnected' | 'CallHeld' | 'CallTransferred';

export class Change {
  readonly facts: DomainEvent[] = [];
  /** Calls that are new or different; null for one that has ended. */
  readonly calls = new Map<string, Call | null>();
  pbxStartedAt: Micros | null;
  lastOrdinal: number;
  readonly #legs = new Map<string, string | null>();
  #phones: Map<string, boolean> | undefined;
  #members: Map<string, ObservedMember | null> | undefined;

  constructor(readonly state: TrackerState) {
    this.pbxStartedAt = state.pbxStartedAt;
    this.lastOrdinal = state.lastOrdinal;
  }

  get phones(): Map<string, boolean> {
    return (this.#phones ??= new Map());
  }

  /** By `memberKey`; null for one that is gone. */
  get members(): Map<string, ObservedMember | null> {
    return (this.#members ??= new Map());
  }

  /** Whether any phone or member is different: rare. */
  get isAboutPhonesOrMembers(): boolean {
    return this.#phones !== undefined || this.#members !== undefined;
  }

  call(id: string): Call | null {
    const changed = this.calls.get(id);
    return changed === undefined ? (this.state.calls.get(id) ?? null) : changed;
  }

  find(legId: string): Located | null {
    const moved = this.#legs.get(legId);
    const callId = moved === undefined ? this.state.callOfLeg.get(legId) : moved;
    const call = callId == null ? null : this.call(callId);
    const leg = call?.legs.find((candidate) => candidate.id === legId);
    return call === null || leg === undefined ? null : { call, leg };
  }

  /** The legs that are in the bridge, of whichever calls. */
  inBridge(bridge: string): Located[] {
    const found = new Map<string, Located>();
    for (const legId of this.state.legsInBridge.get(bridge) ?? []) {
      const located = this.find(legId);
      if (located?.leg.bridge === bridge) found.set(legId, located);
    }
    // Those that came in with this very change are not in the index yet.
    for (const call of this.calls.values()) {
      for (const leg of call?.legs ?? []) if (call !== null && leg.bridge === bridge) found.set(leg.id, { call, leg });
    }
    return [...found.values()];
  }

  open(call: Call): void {
    this.calls.set(call.id, call);
  }

  editCall(call: Call, patch: Partial<Call>): Call {
    const edited = { ...call, ...patch };
    this.calls.set(call.id, edited);
    return edited;
  }

  addLeg(call: Call, leg: Leg): Located {
    this.#legs.set(leg.id, call.id);
    return { call: this.editCall(call, { legs: [...call.legs, leg] }), leg };
  }

  editLeg({ call, leg }: Located, patch: Partial<Leg>): Located {
    const edited = { ...leg, ...patch };
    const legs = call.legs.map((each) => (each.id === leg.id ? edited : each));
    return { call: this.editCall(call, { legs }), leg: edited };
  }

  removeLeg({ call, leg }: Located): Call {
    this.#legs.set(leg.id, null);
    return this.editCall(call, { legs: call.legs.filter((each) => each.id !== leg.id) });
  }

  /** Marks the call as over; it must have no legs. */
  close(call: Call): void {
    this.calls.set(call.id, null);
  }

  /** A fact of a kind that this leg can have once, or whose ordinal is that of the fact which it answers. */
  tell<K extends DomainEventKind>(kind: K, call: Call, legId: string, at: Micros, body: Body<K>, ordinal = 0): void {
    const { pbxId } = this.state;
    this.#push({
      v: EVENT_VERSION,
      pbxId,
      callId: `${pbxId}-${call.id}`,
      legId: `${pbxId}-${legId}`,
      ordinal,
      occurredAt: iso(at),
      kind,
      ...body,
    });
  }

  /** A fact of a kind that this leg can have several times. Returns the leg with its count raised. */
  tellNext<K extends Counted>(kind: K, located: Located, at: Micros, body: Body<K>): Located {
    const ordinal = located.leg.ordinals[kind] ?? 0;
    this.tell(kind, located.call, located.leg.id, at, body, ordinal);
    return this.editLeg(located, { ordinals: { ...located.leg.ordinals, [kind]: ordinal + 1 } });
  }

  /** A fact about no call: its ordinal is the PBX's clock in microseconds, moved on where that would repeat the last. */
  tellOfPbx<K extends DomainEventKind>(kind: K, at: Micros, body: Body<K>): void {
    this.lastOrdinal = Math.max(this.lastOrdinal + 1, at);
    this.#push({
      v: EVENT_VERSION,
      pbxId: this.state.pbxId,
      callId: '',
      legId: '',
      ordinal: this.lastOrdinal,
      occurredAt: iso(at),
      kind,
      ...body,
    });
  }

  /** The one place where a generic body meets the union: `Body<K>` with `kind: K` is the union's member K by construction. */
  #push(fact: object): void {
    this.facts.push(fact as DomainEvent);
  }
}

/** Facts of one event bear the same instant, and those of a busy moment the same millisecond. */
let lastInstant = { ms: 0, text: '1970-01-01T00:00:00.000Z' };

export function iso(at: Micros): string {
  const ms = Math.floor(at / 1000);
  if (ms !== lastInstant.ms) lastInstant = { ms, text: new Date(ms).toISOString() };
  return lastInstant.text;
}

/** Time between two instants of the PBX's clock, in whole milliseconds, never negative. */
export function elapsedMs(from: Micros, to: Micros): number {
  return Math.max(0, Math.floor(to / 1000) - Math.floor(from / 1000));
}
