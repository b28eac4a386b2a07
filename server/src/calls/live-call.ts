/** A call in memory: its state, and what is known of it beyond its facts. */
import { uuidv7 } from '@headset/db';
import type { CallBinding } from '@headset/db/queries/event-pipeline';
import type { ClientMatch } from '../contract/desk.ts';
import type { CallState } from './call-state.ts';

/** `state` is replaced with each fact; `known` is one object for the call's life, so that a client bound meanwhile is not lost. */
export type LiveCall = { readonly state: CallState; readonly known: CallKnowledge };

export type CallKnowledge = {
  /** Its entry on the client's timeline. */
  readonly interactionId: string;
  readonly numberE164: string | null;
  /** Set when exactly one client has the number, or when an operator chose. */
  clientId: string | null;
  /** Who the other side is, and when that was asked (performance.now). See client-match.ts. */
  match: { found: Promise<ClientMatch>; askedAt: number } | null;
};

export const liveCall = (state: CallState, known: Partial<CallBinding> = {}): LiveCall => ({
  state,
  known: {
    interactionId: known.interactionId ?? uuidv7(),
    numberE164: known.numberE164 ?? null,
    clientId: known.clientId ?? null,
    match: null,
  },
});
