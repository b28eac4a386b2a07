/** Who is at the other side of a call: the screen pop's answer. By the rule of number owners: exactly one is bound, several are candidates. */
import type { Database } from '@headset/db';
import { lastCallsOf } from '@headset/db/queries/calls';
import { findClient, findClientsByE164, type Client } from '@headset/db/queries/clients';
import type { Roster } from '../agents/roster.ts';
import { otherNumber } from '../calls/call-state.ts';
import { isHidden } from '../calls/caller-number.ts';
import type { LiveCall } from '../calls/live-call.ts';
import type { ClientCard, ClientSummary } from '../contract/clients.ts';
import type { ClientMatch } from '../contract/desk.ts';

/** An answer older than this is asked for anew when the call is offered again: somebody may have paid, or made the client meanwhile. */
const FRESH_MS = 30_000;

/** Who is it? Looked up once, however many desks ask; again after a failure, and when the call's client is bound. */
export class Matches {
  readonly #db: Database;
  readonly #roster: Roster;

  constructor(db: Database, roster: Roster) {
    this.#db = db;
    this.#roster = roster;
  }

  of(call: LiveCall): Promise<ClientMatch> {
    return (call.known.match ?? this.#ask(call)).found;
  }

  /** Asks before the answer is needed: when the call begins, so that the card is there before a phone rings. Failures come up in `of`. */
  prefetch(call: LiveCall): void {
    const { match } = call.known;
    if (!match || performance.now() - match.askedAt > FRESH_MS) this.#ask(call).found.catch(() => {});
  }

  #ask(call: LiveCall): { found: Promise<ClientMatch>; askedAt: number } {
    const match = { found: findMatch(this.#db, this.#roster, call), askedAt: performance.now() };
    call.known.match = match;
    match.found.catch(() => {
      if (call.known.match === match) call.known.match = null;
    });
    return match;
  }
}

/** Internal calls name the colleague per desk instead: see desk-call.ts. */
async function findMatch(db: Database, roster: Roster, { state, known }: LiveCall): Promise<ClientMatch> {
  if (state.direction === 'internal') return { kind: 'none' };
  if (known.clientId !== null) {
    const client = await findClient(db, known.clientId);
    if (client) return { kind: 'one', card: await cardOf(db, client) };
  }
  const number = otherNumber(state);
  if (isHidden(number, roster.organisation)) return { kind: 'hidden' };
  const owners = known.numberE164 === null ? [] : await findClientsByE164(db, known.numberE164);
  const [only] = owners;
  if (!only) return { kind: 'none' };
  if (owners.length > 1) return { kind: 'several', candidates: owners.map(summaryOf) };
  return { kind: 'one', card: await cardOf(db, only) };
}

export async function cardOf(db: Database, client: Client): Promise<ClientCard> {
  return {
    ...summaryOf(client),
    stickyNote: client.stickyNote,
    accounts: client.accounts,
    lastCalls: await lastCallsOf(db, client.id),
  };
}

export const summaryOf = (client: Client): ClientSummary => ({
  id: client.id,
  kind: client.kind,
  name: client.name,
  address: client.address,
  account: client.account,
  balanceMinor: client.balanceMinor,
  currency: client.currency,
  flags: client.flags,
  phones: client.phones,
});
