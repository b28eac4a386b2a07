/** What lives as long as the session in this page: the desk's socket, the phone, the sounds. */
import type { Session } from '@headset/server/contract/session.ts';
import { createContext } from 'svelte';
import { api, type ApiFailure } from './api.ts';
import { Desk, type ClientDraft } from './desk/desk.svelte.ts';
import { dialTarget } from './desk/dial-target.ts';
import type { DeskView } from './desk/view.ts';
import type { I18n } from './i18n/i18n.svelte.ts';
import { Softphone } from './phone/softphone.svelte.ts';
import { Tones } from './sound/tones.svelte.ts';

export class Workplace {
  readonly session: Session;
  readonly desk: Desk;
  readonly phone: Softphone;
  readonly tones = new Tones();
  #refusal = $state<string | null>(null);
  readonly #words: I18n;

  constructor(session: Session, words: I18n, onSessionEnded: () => void) {
    this.session = session;
    this.#words = words;
    this.desk = new Desk(onSessionEnded);
    this.phone = new Softphone(session.agent.id, async () => {
      const account = await api.phoneAccount();
      if (account.ok) return account.value;
      return account.failure.code === 'not_found' ? 'none' : 'failed';
    });
  }

  /** Why the last command was refused, in words; null again with the next one. */
  get refusal(): string | null {
    return this.#refusal;
  }

  async choose(intent: DeskView['intent']): Promise<void> {
    await this.#command(intent.wants === 'ready' ? { name: 'beReady' } : { name: 'pause', reason: intent.reason });
  }

  /** A live call's card comes by the desk's event; that of a call that has ended is fetched. */
  async bindClient(callId: string, clientId: string): Promise<void> {
    if (!(await this.#command({ name: 'bindClient', callId, clientId }))) return;
    const card = await api.client(clientId);
    if (card.ok) this.desk.showClient(callId, card.value);
  }

  /** Makes the card of a caller; the desk's event then shows it. */
  async createClient(callId: string, draft: ClientDraft): Promise<ApiFailure | null> {
    const phones = draft.phone.trim() === '' ? [] : [draft.phone.trim()];
    const created = await api.createClient({
      kind: draft.kind,
      name: draft.name,
      address: draft.address.trim() === '' ? null : draft.address,
      phones,
      callId,
    });
    if (!created.ok) return created.failure;
    this.desk.keepDraft(callId, null);
    this.desk.showClient(callId, created.value);
    return null;
  }

  /** @param number in any writing. What cannot be read, or a second call, is not dialled: the buttons say so before. */
  dial(number: string): void {
    const target = dialTarget(number, this.#words.plan);
    if (target.kind === 'number') void this.phone.dial(target.user);
  }

  close(): void {
    this.phone.stop();
    this.desk.close();
    this.tones.close();
  }

  async #command(command: Parameters<Desk['command']>[0]): Promise<boolean> {
    this.#refusal = null;
    const result = await this.desk.command(command);
    if (!result.ok) this.#refusal = this.#words.t(`refusal.${result.code}`);
    return result.ok;
  }
}

export const [useWorkplace, setWorkplace] = createContext<Workplace>();
