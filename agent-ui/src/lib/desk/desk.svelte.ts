/** The operator's desk as the screen reads it: the view that the server's facts made, and the socket that they come through. */
import type { ClientCard } from '@headset/server/contract/clients.ts';
import type { DeskCommand } from '@headset/server/contract/desk.ts';
import { DeskSocket, type CommandResult } from './desk-socket.ts';
import { apply, focusOn, fromSnapshot, withClient, writingAbout, type DeskView } from './view.ts';

/** `since`: ISO, for showing the time of day. */
export type ServerLink = { name: 'connecting' } | { name: 'open' } | { name: 'lost'; since: string };

/** What an operator has typed about a caller who is not in the base, kept while calls come and go. */
export type ClientDraft = { kind: 'person' | 'company'; name: string; address: string; phone: string };

export class Desk {
  #view = $state.raw<DeskView | null>(null);
  #link = $state.raw<ServerLink>({ name: 'connecting' });
  readonly #socket: DeskSocket;
  readonly #drafts = new Map<string, ClientDraft>();

  constructor(onSessionEnded: () => void) {
    this.#socket = new DeskSocket({
      open: () => undefined,
      lost: () => this.#lost(),
      snapshot: (snapshot) => {
        // Only with the snapshot is the screen true again, not with the bare connection.
        this.#link = { name: 'open' };
        this.#view = fromSnapshot(snapshot, performance.now(), this.#view);
      },
      event: (event) => {
        if (this.#view) this.#view = apply(this.#view, event, performance.now());
      },
      sessionEnded: onSessionEnded,
    });
  }

  /** Null until the first snapshot. */
  get view(): DeskView | null {
    return this.#view;
  }

  get link(): ServerLink {
    return this.#link;
  }

  focusOn(callId: string): void {
    if (this.#view) this.#view = focusOn(this.#view, callId);
  }

  writingAbout(callId: string | null): void {
    if (this.#view) this.#view = writingAbout(this.#view, callId);
  }

  /** See `withClient` in view.ts. */
  showClient(callId: string, card: ClientCard): void {
    if (this.#view) this.#view = withClient(this.#view, callId, card);
  }

  /** Changes nothing here: the event that comes back does. */
  command(command: DeskCommand): Promise<CommandResult> {
    return this.#socket.command(command);
  }

  draft(callId: string): ClientDraft | null {
    return this.#drafts.get(callId) ?? null;
  }

  keepDraft(callId: string, draft: ClientDraft | null): void {
    if (draft) this.#drafts.set(callId, draft);
    else this.#drafts.delete(callId);
  }

  close(): void {
    this.#socket.close();
  }

  #lost(): void {
    if (this.#link.name !== 'lost') this.#link = { name: 'lost', since: new Date().toISOString() };
  }
}
