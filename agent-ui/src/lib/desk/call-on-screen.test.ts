import { describe, expect, it } from 'vitest';
import { deskCall, deskView, phone, phoneCalls } from '../gallery/fixtures.ts';
import { callOnScreen, controlsOf, phaseOf } from './call-on-screen.ts';

const pressable = (shown: ReturnType<typeof callOnScreen>): string[] =>
  Object.entries(controlsOf(shown)).flatMap(([name, on]) => (on ? [name] : []));

describe('the call on the screen', () => {
  it.each([
    ['ringing', 'offered', ['answer', 'reject']],
    ['answering', 'offered', ['hangUp']],
    ['calling', 'dialling', ['hangUp']],
    ['talking', 'talking', ['mute', 'hold', 'keypad', 'hangUp']],
    ['held', 'held', ['mute', 'hold', 'keypad', 'hangUp', 'held']],
  ] as const)('while the phone is %s, only what can be done can be pressed', (phoneCall, phase, expected) => {
    const view = deskView({ name: 'on_call' }, [deskCall({ phase })]);
    const shown = callOnScreen(view, phone(phoneCalls[phoneCall]), true);
    expect(pressable(shown)).toEqual(expected);
  });

  it('takes its phase from the PBX: a pressed hold button is not yet a held call', () => {
    const view = deskView({ name: 'on_call' }, [deskCall({ phase: 'talking' })]);
    const shown = callOnScreen(view, phone(phoneCalls.held), true);
    expect(shown && phaseOf(shown)).toBe('talking');
  });

  it('says at once that it is connecting when the operator answers', () => {
    const view = deskView({ name: 'ringing' }, [deskCall()]);
    const shown = callOnScreen(view, phone(phoneCalls.answering), true);
    expect(shown && phaseOf(shown)).toBe('answering');
  });

  it('is the phone’s own word when the server cannot say anything, with all buttons', () => {
    const shown = callOnScreen(deskView({ name: 'ready' }), phone(phoneCalls.ringing), false);
    expect(shown).toEqual({ from: 'phone', phone: phoneCalls.ringing, serverAway: true });
    expect(pressable(shown)).toEqual(['answer', 'reject']);
  });

  it('keeps the card of a running call when the server goes away', () => {
    const view = deskView({ name: 'on_call' }, [deskCall({ phase: 'talking' })]);
    expect(callOnScreen(view, phone(phoneCalls.talking), false)).toMatchObject({ from: 'desk' });
  });

  it('does not show one caller’s card for another who rings while the server is away', () => {
    const view = deskView({ name: 'on_call' }, [deskCall({ phase: 'talking' })]);
    const other = phone({ ...phoneCalls.ringing, number: '+74712000112' });
    expect(callOnScreen(view, other, false)).toMatchObject({ from: 'phone' });
    const hidden = deskView({ name: 'on_call' }, [deskCall({ phase: 'talking', number: null })]);
    expect(callOnScreen(hidden, phone({ ...phoneCalls.ringing, number: null }), false)).toMatchObject({
      from: 'phone',
    });
  });

  it('does not show a call as live that the phone has ended while the server was away', () => {
    const view = deskView({ name: 'on_call' }, [deskCall({ phase: 'talking' })]);
    expect(callOnScreen(view, phone(null), false)).toBeNull();
  });

  it('has no buttons for a call whose sound is elsewhere', () => {
    const view = deskView({ name: 'on_call' }, [deskCall({ phase: 'talking' })]);
    expect(pressable(callOnScreen(view, phone(null), true))).toEqual([]);
  });
});
