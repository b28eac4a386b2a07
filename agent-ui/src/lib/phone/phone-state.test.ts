import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve, phoneAtRest, type PhoneEvent, type PhoneState } from './phone-state.ts';

const fold = (...events: PhoneEvent[]): PhoneState => events.reduce(evolve, phoneAtRest);
const registered: PhoneEvent[] = [
  { kind: 'started' },
  { kind: 'microphone', is: 'granted' },
  { kind: 'connecting' },
  { kind: 'registered' },
];
const invited: PhoneEvent = { kind: 'invited', id: 'a', number: '+74950000131' };
const established: PhoneEvent = { kind: 'established', id: 'a' };

describe('the phone’s state', () => {
  it('given a registered phone, when it is invited and answered, then it talks', () => {
    const state = fold(...registered, invited, { kind: 'answering', id: 'a' }, established);
    expect(state).toMatchObject({
      line: { name: 'registered' },
      call: { phase: 'talking', muted: false, hold: 'off', number: '+74950000131' },
    });
  });

  it('given a call, when another comes, then it changes nothing', () => {
    const state = fold(...registered, invited, established);
    expect(evolve(state, { kind: 'invited', id: 'b', number: null })).toBe(state);
    expect(evolve(state, { kind: 'dialled', id: 'b', number: '1002' })).toBe(state);
  });

  it('given a call, when the line is lost, then the call lives on', () => {
    const state = fold(...registered, invited, established, { kind: 'connectionLost', at: '2026-11-22T07:00:00Z' });
    expect(state).toMatchObject({ line: { name: 'lost' }, call: { phase: 'talking' } });
  });

  it('given a lost line, when attempts fail, then it says since when it was lost first', () => {
    const lost = fold(...registered, { kind: 'connectionLost', at: 'first' });
    const later = [{ kind: 'connecting' }, { kind: 'connectionLost', at: 'second' }] as const;
    expect(later.reduce<PhoneState>(evolve, lost)).toMatchObject({ line: { name: 'lost', since: 'first' } });
  });

  it('given a call we make, when the far side sends its own tones, then ours are silent', () => {
    const state = fold(...registered, { kind: 'dialled', id: 'a', number: '1002' }, { kind: 'earlyMedia', id: 'a' });
    expect(state.call).toMatchObject({ phase: 'calling', earlyMedia: true });
  });

  it('given a hold, when the PBX refuses it, then the call talks on and the refusal is shown', () => {
    const state = fold(
      ...registered,
      invited,
      established,
      { kind: 'hold', id: 'a', is: 'holding' },
      { kind: 'holdRefused', id: 'a', back: 'off' },
    );
    expect(state).toMatchObject({ holdFailed: true, call: { hold: 'off' } });
    expect(evolve(state, { kind: 'hold', id: 'a', is: 'holding' }).holdFailed).toBe(false);
  });

  it('given a call, when news of an older call come late, then they change nothing', () => {
    const state = fold(...registered, invited, established);
    for (const kind of ['ended', 'established', 'answering', 'earlyMedia'] as const)
      expect(evolve(state, { kind, id: 'older' })).toBe(state);
  });

  it('given a reloaded page, when it takes its call back, then it connects without ringing', () => {
    const taking = fold(...registered, { kind: 'takingBack', id: 'a', number: '+74950000131' });
    expect(taking.call).toMatchObject({ phase: 'answering' });
    expect(evolve(taking, established).call).toMatchObject({ phase: 'talking', number: '+74950000131' });
  });

  it('given that another tab took the phone, when the call here ends, then the line stays elsewhere', () => {
    const state = fold(...registered, invited, established, { kind: 'takenElsewhere' }, { kind: 'ended', id: 'a' });
    expect(state).toMatchObject({ line: { name: 'elsewhere' }, call: null });
  });

  it('keeps the digits that were sent, in their order', () => {
    const state = fold(
      ...registered,
      invited,
      established,
      { kind: 'digitsSent', id: 'a', digits: '46' },
      { kind: 'digitsSent', id: 'a', digits: '#' },
    );
    expect(state.call).toMatchObject({ digits: '46#' });
  });

  it('never has a call after it was stopped, whatever came before', () => {
    const id = fc.constantFrom('a', 'b');
    const event: fc.Arbitrary<PhoneEvent> = fc.oneof(
      fc.record({ kind: fc.constantFrom('started', 'connecting', 'registered', 'takenElsewhere'), x: fc.constant(0) }),
      fc.record({ kind: fc.constantFrom('answering', 'established', 'earlyMedia', 'ended'), id }),
      fc.record({ kind: fc.constant('invited' as const), id, number: fc.constant(null) }),
      fc.record({ kind: fc.constant('dialled' as const), id, number: fc.constant('1002') }),
      fc.record({ kind: fc.constant('muted' as const), id, muted: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        expect(evolve(fold(...events), { kind: 'stopped' }).call).toBeNull();
      }),
    );
  });
});
