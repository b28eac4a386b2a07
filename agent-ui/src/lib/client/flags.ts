/** Flags of a client: the known ones have words, an organisation's own are shown as they are written. */
import type { I18n } from '../i18n/i18n.svelte.ts';

const known = ['vip', 'debtor', 'conflict', 'disabled', 'court'] as const;

export function wordsOfFlag(t: I18n['t'], flag: string): string {
  const key = known.find((each) => each === flag);
  return key ? t(`client.flag.${key}`) : flag;
}
