/** Who is at the other end, in one line: the client's or colleague's name if it is known, else the number, else that it is hidden. */
import type { I18n } from '../i18n/i18n.svelte.ts';
import type { CallOnScreen } from './call-on-screen.ts';
import type { ViewCall } from './view.ts';

type Words = Pick<I18n, 't' | 'phone'>;

export function nameOfCaller(call: ViewCall): string | null {
  if (call.match.kind === 'one') return call.match.card.name;
  if (call.match.kind === 'colleague') return call.match.displayName;
  return call.callerName;
}

export function numberOfCaller(call: ViewCall): string | null {
  return call.numberE164 ?? call.number;
}

export function titleOfCall({ t, phone }: Words, call: ViewCall): string {
  const number = numberOfCaller(call);
  return nameOfCaller(call) ?? (number ? phone(number) : t('call.hiddenNumber'));
}

export function titleOnScreen(words: Words, shown: CallOnScreen): string {
  if (shown.from === 'desk') return titleOfCall(words, shown.call);
  return shown.phone.number ? words.phone(shown.phone.number) : words.t('call.hiddenNumber');
}
