/**
 * The call that the centre column shows, and which of its buttons can be pressed.
 *
 * What a call *is* comes from the desk, which has it from the PBX. What can be *done* comes from the phone in this page, which talks to
 * the PBX itself and works on while the server is away. When only the phone knows a call, the phone's word is shown.
 */
import type { PhoneCall, PhoneState } from '../phone/phone-state.ts';
import { focused, writtenAbout, type DeskView, type EndedCall, type ViewCall } from './view.ts';

export type CallOnScreen =
  | { from: 'desk'; call: ViewCall; ended: EndedCall | null; phone: PhoneCall | null }
  /** `serverAway`: nothing more will come; otherwise the PBX's facts are on their way. */
  | { from: 'phone'; phone: PhoneCall; serverAway: boolean };

export type Controls = {
  answer: boolean;
  reject: boolean;
  mute: boolean;
  hold: boolean;
  keypad: boolean;
  hangUp: boolean;
  muted: boolean;
  held: boolean;
};

const nothing: Controls = {
  answer: false,
  reject: false,
  mute: false,
  hold: false,
  keypad: false,
  hangUp: false,
  muted: false,
  held: false,
};

/** @param serverOpen without the server the desk's calls are memories: only the one that the phone has is shown as live. */
export function callOnScreen(view: DeskView | null, phone: PhoneState, serverOpen: boolean): CallOnScreen | null {
  const shown = view ? focused(view) : null;
  if (shown && !shown.ended && (serverOpen || isSame(shown.call, phone.call)))
    return { from: 'desk', ...shown, phone: phone.call };
  if (phone.call) return { from: 'phone', phone: phone.call, serverAway: !serverOpen };
  return shown?.ended ? { from: 'desk', ...shown, phone: null } : null;
}

/** The call that the right column keeps because something is being written about it, when it is not the one in the centre. */
export function callWrittenAbout(view: DeskView | null): CallOnScreen | null {
  const written = view && writtenAbout(view);
  return written ? { from: 'desk', ...written, phone: null } : null;
}

/**
 * While the server is away the phone may have ended its call and be rung by another: then the card on the desk is not this caller's. The
 * number tells; two hidden ones are not taken for the same.
 */
function isSame(call: ViewCall, phone: PhoneCall | null): boolean {
  const digits = (number: string | null | undefined): string => number?.replace(/\D/g, '') ?? '';
  return digits(phone?.number) !== '' && digits(phone?.number) === digits(call.number);
}

export function controlsOf(shown: CallOnScreen | null): Controls {
  const phone = shown?.phone;
  if (!phone) return nothing;
  switch (phone.phase) {
    case 'ringing':
      return { ...nothing, answer: true, reject: true };
    case 'answering':
      return { ...nothing, hangUp: true };
    case 'calling':
      return { ...nothing, hangUp: true };
    case 'talking':
      return {
        ...nothing,
        mute: true,
        hold: phone.hold === 'off' || phone.hold === 'on',
        keypad: true,
        hangUp: true,
        muted: phone.muted,
        held: phone.hold === 'on' || phone.hold === 'holding',
      };
  }
}

/** The phase to show. The desk's word goes first; the phone's own steps fill the moments before the PBX has reported. */
export function phaseOf(shown: CallOnScreen): 'offered' | 'answering' | 'dialling' | 'talking' | 'held' | 'ended' {
  if (shown.from === 'phone') {
    switch (shown.phone.phase) {
      case 'ringing':
        return 'offered';
      case 'answering':
        return 'answering';
      case 'calling':
        return 'dialling';
      case 'talking':
        return shown.phone.hold === 'on' ? 'held' : 'talking';
    }
  }
  if (shown.ended) return 'ended';
  return shown.call.phase === 'offered' && shown.phone?.phase === 'answering' ? 'answering' : shown.call.phase;
}
