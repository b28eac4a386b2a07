/** Keys whose place is on the page that is open: it registers them, and they do nothing elsewhere. */
import { createContext } from 'svelte';

export type PageActions = {
  focusDial: (() => void) | null;
  focusClient: (() => void) | null;
  toggleKeypad: (() => void) | null;
};

export const [usePageActions, setPageActions] = createContext<PageActions>();
