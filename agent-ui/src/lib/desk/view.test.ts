import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '@headset/server/contract/desk.ts';
import { cards, deskCall } from '../gallery/fixtures.ts';
import {
  apply,
  focused,
  focusOn,
  fromSnapshot,
  withClient,
  writingAbout,
  writtenAbout,
  type DeskView,
} from './view.ts';

const empty = (now = 100_000): DeskView =>
  fromSnapshot(
    {
      state: { name: 'ready' },
      stateAgeMs: 5_000,
      intent: { wants: 'ready' },
      phoneReachable: true,
      telephony: { state: 'connected' },
      waiting: { waiting: 2, longestAgeMs: 30_000 },
      calls: [],
    },
    now,
  );

const fold = (view: DeskView, ...events: DeskEvent[]): DeskView =>
  events.reduce((folded, event, index) => apply(folded, event, 200_000 + index * 1000), view);

const first = deskCall({ callId: 'a' });
const second = deskCall({ callId: 'b' });
const offered = (call = first): DeskEvent => ({ kind: 'callOffered', call });
const left = (callId: string, outcome: 'ended' | 'missed' = 'ended'): DeskEvent => ({
  kind: 'callLeft',
  callId,
  outcome,
});

describe('the desk’s view', () => {
  it('turns ages of the server into instants of the browser’s own clock', () => {
    expect(empty(100_000)).toMatchObject({ stateSince: 95_000, waiting: { count: 2, longestSince: 70_000 } });
    const view = apply(empty(), offered(deskCall({ phaseAgeMs: 7_000, callAgeMs: 54_000 })), 300_000);
    expect(view.calls[0]).toMatchObject({ phaseSince: 293_000, callSince: 246_000 });
  });

  it('shows an offered call at once', () => {
    const view = fold(empty(), offered());
    expect(focused(view)).toMatchObject({ call: { callId: 'a', phase: 'offered' }, ended: null });
  });

  it('keeps the focus on the running call when another is offered', () => {
    const view = fold(empty(), offered(first), offered(second));
    expect(view.calls.map((call) => call.callId)).toEqual(['a', 'b']);
    expect(view.focus).toBe('a');
  });

  it('keeps a call in its place of the list when it changes', () => {
    const talking = deskCall({ callId: 'a', phase: 'talking' });
    const view = fold(empty(), offered(first), offered(second), { kind: 'callChanged', call: talking });
    expect(view.calls.map((call) => [call.callId, call.phase])).toEqual([
      ['a', 'talking'],
      ['b', 'offered'],
    ]);
  });

  it('keeps the card of a call that has left, until the next one is there', () => {
    const ended = fold(empty(), offered(first), left('a'));
    expect(focused(ended)).toMatchObject({ call: { callId: 'a' }, ended: { outcome: 'ended' } });
    expect(focused(fold(ended, offered(second)))).toMatchObject({ call: { callId: 'b' }, ended: null });
  });

  it('is told once of a call that the queue offers again', () => {
    const view = fold(empty(), offered(first), left('a', 'missed'), offered(first));
    expect(view).toMatchObject({ calls: [{ callId: 'a' }], ended: null, focus: 'a' });
  });

  it('lets the operator go back to the call that has ended while another runs', () => {
    const view = fold(empty(), offered(first), left('a', 'missed'), offered(second));
    expect(focused(focusOn(view, 'a'))).toMatchObject({ ended: { outcome: 'missed' } });
    expect(focusOn(view, 'nobody')).toBe(view);
  });

  it('leaves the right column to what is being written, and gives it back when that is done', () => {
    const unknown = deskCall({ callId: 'a', match: { kind: 'none' } });
    const writing = writingAbout(fold(empty(), offered(unknown), left('a')), 'a');
    expect(writtenAbout(writing)).toBeNull();
    const ringing = fold(writing, offered(second));
    expect(focused(ringing)).toMatchObject({ call: { callId: 'b' } });
    expect(writtenAbout(ringing)).toMatchObject({ call: { callId: 'a' }, ended: { outcome: 'ended' } });
    expect(writtenAbout(writingAbout(ringing, null))).toBeNull();
    expect(writtenAbout(withClient(ringing, 'a', cards.clear))).toBeNull();
  });

  it('shows the client who was entered after the call had ended', () => {
    const ended = fold(empty(), offered(deskCall({ callId: 'a', match: { kind: 'none' } })), left('a'));
    expect(focused(withClient(ended, 'a', cards.clear))).toMatchObject({ call: { match: { kind: 'one' } } });
    expect(withClient(ended, 'nobody', cards.clear)).toBe(ended);
  });

  it('takes a change of a call that it does not know as its first news', () => {
    expect(fold(empty(), { kind: 'callChanged', call: second }).calls).toHaveLength(1);
  });

  it('ignores the end of a call that it does not know', () => {
    const view = empty();
    expect(apply(view, left('nobody'), 1)).toBe(view);
  });

  it('is told apart from intent: a state changes with the server’s event alone', () => {
    const view = fold(empty(), {
      kind: 'stateChanged',
      state: { name: 'on_call' },
      stateAgeMs: 0,
      intent: { wants: 'paused', reason: 'lunch' },
    });
    expect(view).toMatchObject({ state: { name: 'on_call' }, intent: { wants: 'paused', reason: 'lunch' } });
  });

  it('shows a call that vanished while the socket was away as ended', () => {
    const before = fold(empty(), offered(first));
    const after = fromSnapshot(
      {
        state: { name: 'ready' },
        stateAgeMs: 0,
        intent: { wants: 'ready' },
        phoneReachable: true,
        telephony: { state: 'connected' },
        waiting: { waiting: 0, longestAgeMs: 0 },
        calls: [],
      },
      400_000,
      before,
    );
    expect(focused(after)).toMatchObject({ call: { callId: 'a' }, ended: { outcome: 'ended' } });
  });

  it('is the same whether a call came by snapshot or by events', () => {
    const now = 200_000;
    const bySnapshot = fromSnapshot(
      {
        state: { name: 'ringing' },
        stateAgeMs: 0,
        intent: { wants: 'ready' },
        phoneReachable: false,
        telephony: { state: 'connected' },
        waiting: { waiting: 0, longestAgeMs: 0 },
        calls: [first],
      },
      now,
    );
    const events: DeskEvent[] = [
      offered(first),
      { kind: 'stateChanged', state: { name: 'ringing' }, stateAgeMs: 0, intent: { wants: 'ready' } },
      { kind: 'phoneChanged', phoneReachable: false },
      { kind: 'waitingChanged', waiting: { waiting: 0, longestAgeMs: 0 } },
    ];
    expect(events.reduce((view, event) => apply(view, event, now), empty(now))).toEqual(bySnapshot);
  });
});
