/** Whole screens by name: `/gallery/<name>` draws one, `scripts/pictures.ts` photographs all. */
import type { ServerLink } from '../desk/desk.svelte.ts';
import { apply, writingAbout, type DeskView } from '../desk/view.ts';
import type { PhoneState } from '../phone/phone-state.ts';
import { candidates, cards, deskCall, deskView, phone, phoneCalls, since } from './fixtures.ts';

export type DeskFixture = {
  kind: 'desk';
  view: DeskView | null;
  link: ServerLink;
  phone: PhoneState;
  keypadOpen: boolean;
  soundLocked: boolean;
};
export type Screen =
  | DeskFixture
  | { kind: 'calls'; rows: 'some' | 'none' | 'loading' | 'failed'; chosen: boolean; ringing?: boolean }
  | { kind: 'login'; state: 'fresh' | 'failed' | 'ended' };

const desk = (view: DeskView | null, changes: Partial<DeskFixture> = {}): DeskFixture => ({
  kind: 'desk',
  view,
  link: { name: 'open' },
  phone: phone(),
  keypadOpen: false,
  soundLocked: false,
  ...changes,
});
const lost: ServerLink = { name: 'lost', since };
const talking = deskCall({ phase: 'talking', phaseAgeMs: 72_000, callAgeMs: 126_000 });

export const screens: Record<string, () => Screen> = {
  login: () => ({ kind: 'login', state: 'fresh' }),
  'login-failed': () => ({ kind: 'login', state: 'failed' }),
  'login-ended': () => ({ kind: 'login', state: 'ended' }),
  'desk-ready': () => desk(deskView({ name: 'ready' })),
  'desk-paused': () => desk(deskView({ name: 'paused', reason: 'paperwork' })),
  'desk-missed': () =>
    desk(
      apply(
        deskView({ name: 'paused', reason: 'not_responding' }, [deskCall()]),
        { kind: 'callLeft', callId: deskCall().callId, outcome: 'missed' },
        performance.now(),
      ),
    ),
  'desk-ringing': () => desk(deskView({ name: 'ringing' }, [deskCall()]), { phone: phone(phoneCalls.ringing) }),
  'desk-ringing-unknown': () =>
    desk(deskView({ name: 'ringing' }, [deskCall({ match: { kind: 'none' } })]), { phone: phone(phoneCalls.ringing) }),
  'desk-ringing-hidden': () =>
    desk(deskView({ name: 'ringing' }, [deskCall({ match: { kind: 'hidden' }, number: null, numberE164: null })]), {
      phone: phone({ ...phoneCalls.ringing, number: null }),
    }),
  'desk-ringing-while-writing': () => {
    const first = deskCall({ callId: 'main:1', match: { kind: 'none' }, numberE164: '+74712000112' });
    const ended = apply(
      deskView({ name: 'ringing' }, [first]),
      { kind: 'callLeft', callId: first.callId, outcome: 'ended' },
      performance.now(),
    );
    const view = apply(writingAbout(ended, first.callId), { kind: 'callOffered', call: deskCall() }, performance.now());
    return desk(view, { phone: phone(phoneCalls.ringing) });
  },
  'desk-several': () =>
    desk(deskView({ name: 'on_call' }, [{ ...talking, match: { kind: 'several', candidates } }]), {
      phone: phone(phoneCalls.talking),
    }),
  'desk-talking': () => desk(deskView({ name: 'on_call' }, [talking]), { phone: phone(phoneCalls.talking) }),
  'desk-talking-company': () =>
    desk(
      deskView({ name: 'on_call' }, [
        { ...talking, match: { kind: 'one', card: cards.company }, numberE164: '+74712000112' },
      ]),
      { phone: phone(phoneCalls.talking) },
    ),
  'desk-keypad': () =>
    desk(deskView({ name: 'on_call' }, [talking]), {
      phone: phone({ ...phoneCalls.talking, phase: 'talking', muted: true, hold: 'off', digits: '460123#' }),
      keypadOpen: true,
    }),
  'desk-held': () =>
    desk(deskView({ name: 'on_call' }, [{ ...talking, phase: 'held' }]), { phone: phone(phoneCalls.held) }),
  'desk-dialling': () =>
    desk(
      deskView({ name: 'on_call' }, [
        deskCall({
          phase: 'dialling',
          direction: 'outbound',
          queue: null,
          waitMs: 0,
          match: { kind: 'one', card: cards.clear },
        }),
      ]),
      { phone: phone(phoneCalls.calling) },
    ),
  'desk-server-lost': () =>
    desk(deskView({ name: 'on_call' }, [talking]), { phone: phone(phoneCalls.talking), link: lost }),
  'desk-server-lost-ringing': () => desk(deskView({ name: 'ready' }), { phone: phone(phoneCalls.ringing), link: lost }),
  'desk-telephony-lost': () =>
    desk(deskView({ name: 'ready' }, [], { telephony: { state: 'disconnected', since, ageMs: 1000 } }), {
      phone: phone(null, { line: { name: 'lost', since } }),
    }),
  'desk-microphone-denied': () =>
    desk(deskView({ name: 'paused', reason: 'device_lost' }, [], { phoneReachable: false }), {
      phone: phone(null, { line: { name: 'starting' }, microphone: 'denied' }),
    }),
  'desk-elsewhere': () =>
    desk(deskView({ name: 'on_call' }, [talking]), { phone: phone(null, { line: { name: 'elsewhere' } }) }),
  'desk-loading': () =>
    desk(null, { link: { name: 'connecting' }, phone: phone(null, { line: { name: 'connecting' } }) }),
  calls: () => ({ kind: 'calls', rows: 'some', chosen: true }),
  'calls-ringing': () => ({ kind: 'calls', rows: 'some', chosen: false, ringing: true }),
  'calls-empty': () => ({ kind: 'calls', rows: 'none', chosen: false }),
  'calls-loading': () => ({ kind: 'calls', rows: 'loading', chosen: false }),
  'calls-failed': () => ({ kind: 'calls', rows: 'failed', chosen: false }),
};
