/** What an operator chose for this browser: remembered in its storage, applied at once. */
import { localeSchema, type Locale } from '@headset/server/contract/session.ts';
import { createContext } from 'svelte';
import { z } from 'zod';

/** `static/theme.js` reads the same entry before the first paint. */
const storageKey = 'headset.preferences';

const storedSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  locale: localeSchema.nullable().catch(null),
  ringerVolume: z.number().min(0).max(1).catch(0.6),
  ringerDevice: z.string().catch(''),
  notify: z.boolean().catch(false),
});
type Stored = z.infer<typeof storedSchema>;
export type Theme = Stored['theme'];

export class Preferences {
  #stored = $state.raw<Stored>(read());

  get theme(): Theme {
    return this.#stored.theme;
  }

  /** Null: nothing was chosen, the session's language holds. */
  get locale(): Locale | null {
    return this.#stored.locale;
  }

  /** 0–1 */
  get ringerVolume(): number {
    return this.#stored.ringerVolume;
  }

  /** Id of the audio output that rings; empty for the system's own. */
  get ringerDevice(): string {
    return this.#stored.ringerDevice;
  }

  /** Desktop notifications of calls while the tab is hidden. */
  get notify(): boolean {
    return this.#stored.notify;
  }

  change(changed: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...changed };
    applyTheme(this.#stored.theme);
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.#stored));
    } catch {
      // Storage is forbidden or full: the choice holds until the page is closed.
    }
  }
}

function read(): Stored {
  try {
    return storedSchema.parse(JSON.parse(localStorage.getItem(storageKey) ?? '{}'));
  } catch {
    return storedSchema.parse({});
  }
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const [usePreferences, setPreferences] = createContext<Preferences>();
