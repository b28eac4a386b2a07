/** What is disconnected and what to do about it: the worst first. Pure; the notice bar shows them at the foot of the screen. */
import type { Key } from '../i18n/dictionary.ts';
import type { I18n } from '../i18n/i18n.svelte.ts';
import type { Microphone, PhoneState } from '../phone/phone-state.ts';
import type { ServerLink } from './desk.svelte.ts';
import type { DeskView } from './view.ts';

export type NoticeAction = 'askMicrophone' | 'takeOver' | 'unlockSound';
export type NoticeWords = {
  id: string;
  severity: 'trouble' | 'warning';
  title: string;
  text: string;
  action?: { does: NoticeAction; label: string };
};

type Words = Pick<I18n, 't' | 'time'>;
type Known = { view: DeskView | null; link: ServerLink; phone: PhoneState; soundLocked: boolean };

export function noticesOf(words: Words, known: Known): NoticeWords[] {
  return [
    aboutMicrophone(words, known.phone.microphone),
    aboutPhone(words, known.phone),
    aboutServer(words, known.link),
    aboutTelephony(words, known),
    aboutReach(words, known),
    aboutSound(words, known),
    aboutMissingCalls(words, known),
  ].filter((notice) => notice !== null);
}

function aboutMicrophone({ t }: Words, microphone: Microphone): NoticeWords | null {
  if (microphone === 'unknown' || microphone === 'granted') return null;
  const words = {
    id: 'microphone',
    severity: microphone === 'asking' ? 'warning' : 'trouble',
    title: t(`notice.mic.${microphone}.title`),
    text: t(`notice.mic.${microphone}.text`),
  } as const;
  return microphone === 'denied' || microphone === 'missing'
    ? { ...words, action: { does: 'askMicrophone', label: t('action.tryAgain') } }
    : words;
}

function aboutPhone({ t, time }: Words, { line }: PhoneState): NoticeWords | null {
  const id = 'phone';
  switch (line.name) {
    case 'off':
    case 'starting':
    case 'connecting':
    case 'registered':
      return null;
    case 'lost':
      return {
        id,
        severity: 'trouble',
        title: t('notice.phone.lost.title', { time: time(line.since, true) }),
        text: t('notice.phone.lost.text'),
      };
    case 'refused':
      return {
        id,
        severity: 'trouble',
        title: t('notice.phone.refused.title'),
        text: t('notice.phone.refused.text', { status: String(line.status) }),
      };
    case 'elsewhere':
      return {
        id,
        severity: 'warning',
        title: t('notice.phone.elsewhere.title'),
        text: t('notice.phone.elsewhere.text'),
        action: { does: 'takeOver', label: t('notice.phone.elsewhere.action') },
      };
    case 'noAccount': {
      const key: Extract<Key, `notice.phone.${string}`> =
        line.why === 'none' ? 'notice.phone.none.title' : 'notice.phone.failed.title';
      const text = line.why === 'none' ? t('notice.phone.none.text') : t('notice.phone.failed.text');
      return { id, severity: line.why === 'none' ? 'warning' : 'trouble', title: t(key), text };
    }
  }
}

function aboutServer({ t, time }: Words, link: ServerLink): NoticeWords | null {
  return link.name === 'lost'
    ? {
        id: 'server',
        severity: 'trouble',
        title: t('notice.server.title', { time: time(link.since, true) }),
        text: t('notice.server.text'),
      }
    : null;
}

/** Only while the server is there to tell. */
function aboutTelephony({ t, time }: Words, { view, link }: Known): NoticeWords | null {
  return link.name === 'open' && view?.telephony.state === 'disconnected'
    ? {
        id: 'telephony',
        severity: 'trouble',
        title: t('notice.telephony.title', { time: time(view.telephony.since, true) }),
        text: t('notice.telephony.text'),
      }
    : null;
}

/** After an outage the PBX's own record tells which calls were missed; here it cannot. */
function aboutMissingCalls({ t, time }: Words, { view, link }: Known): NoticeWords | null {
  if (link.name !== 'open' || view?.telephony.state !== 'connected') return null;
  const since = view.telephony.notReconciledSince;
  return since === undefined
    ? null
    : {
        id: 'missingCalls',
        severity: 'warning',
        title: t('notice.missingCalls.title', { time: time(since, true) }),
        text: t('notice.missingCalls.text'),
      };
}

/** The phone here says that it is registered, the PBX says that it cannot reach it: the frozen tab, the broken NAT. */
function aboutReach({ t }: Words, { view, link, phone }: Known): NoticeWords | null {
  const contradiction =
    link.name === 'open' &&
    phone.line.name === 'registered' &&
    view?.telephony.state === 'connected' &&
    !view.phoneReachable;
  return contradiction
    ? {
        id: 'reach',
        severity: 'warning',
        title: t('notice.unreachable.title'),
        text: t('notice.unreachable.text'),
      }
    : null;
}

function aboutSound({ t }: Words, { soundLocked, phone }: Known): NoticeWords | null {
  return soundLocked && phone.line.name === 'registered'
    ? {
        id: 'sound',
        severity: 'warning',
        title: t('notice.sound.title'),
        text: t('notice.sound.text'),
        action: { does: 'unlockSound', label: t('notice.sound.action') },
      }
    : null;
}
