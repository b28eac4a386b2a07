/** An agent's state in words: a pause by its reason, which is more telling than "paused". */
import type { AgentState } from '@headset/server/contract/desk.ts';
import type { Session } from '@headset/server/contract/session.ts';
import type { I18n } from '../i18n/i18n.svelte.ts';

export function wordsOfState(
  { t, name }: Pick<I18n, 't' | 'name'>,
  state: AgentState,
  pauseReasons: Session['pauseReasons'],
): string {
  if (state.name !== 'paused') return t(`state.${state.name}`);
  if (state.reason === 'device_lost') return t('reason.device_lost');
  if (state.reason === 'not_responding') return t('reason.not_responding');
  if (state.reason === 'pbx') return t('reason.pbx');
  const reason = pauseReasons.find((each) => each.code === state.reason);
  return reason ? name(reason) : t('state.paused');
}
