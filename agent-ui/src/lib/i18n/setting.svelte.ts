/** Where the language and the country's ways come from until an operator chooses: nobody knows them before the server has answered. */
import type { Locale, Session } from '@headset/server/contract/session.ts';
import { createContext } from 'svelte';

type Ways = Pick<Session['organisation'], 'zone' | 'country' | 'areaCode'>;

export class Setting {
  #locale = $state<Locale>(navigator.language.startsWith('ru') ? 'ru' : 'en');
  #ways = $state.raw<Ways>({
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    country: 'RU',
    areaCode: '',
  });

  get locale(): Locale {
    return this.#locale;
  }

  get ways(): Ways {
    return this.#ways;
  }

  /** Before login: the organisation's language. */
  hinted(locale: Locale): void {
    this.#locale = locale;
  }

  /** After login: the agent's own language, and the organisation's zone and numbers. */
  loggedIn({ agent, organisation }: Session): void {
    this.#locale = agent.locale;
    this.#ways = organisation;
  }
}

export const [useSetting, setSetting] = createContext<Setting>();
