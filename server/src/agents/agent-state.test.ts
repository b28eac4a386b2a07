import { expect, test } from 'vitest';
import { agentState, type AgentFacts, type Intent } from './agent-state.ts';

const NOW = 1_000_000;
const ready: Intent = { wants: 'ready', since: 100_000 };
const lunch: Intent = { wants: 'paused', reason: 'lunch', since: 900_000 };
const facts = (over: Partial<AgentFacts> = {}): AgentFacts => ({
  present: true,
  presentSince: 200_000,
  phone: { reachable: true, since: 300_000 },
  calls: [],
  freeSince: 0,
  ...over,
});

test('an agent who is there, wants calls and has a phone is ready, since the last of these', () => {
  expect(agentState(ready, facts(), NOW)).toEqual({ state: { name: 'ready' }, ageMs: 700_000 });
});

test('an agent is ready again from the end of a call on', () => {
  expect(agentState(ready, facts({ freeSince: 990_000 }), NOW)).toEqual({ state: { name: 'ready' }, ageMs: 10_000 });
});

test('an agent who paused is paused for the reason given', () => {
  expect(agentState(lunch, facts(), NOW)).toEqual({ state: { name: 'paused', reason: 'lunch' }, ageMs: 100_000 });
});

test('a phone that rings goes before what the agent wants', () => {
  const ringing = facts({ calls: [{ phase: 'offered', since: 995_000 }] });
  expect(agentState(lunch, ringing, NOW)).toEqual({ state: { name: 'ringing' }, ageMs: 5_000 });
});

test.each(['dialling', 'talking', 'held'] as const)(
  'an agent with a call that is %s is on call, even with no desk open',
  (phase) => {
    const busy = facts({
      present: false,
      calls: [
        { phase, since: 960_000 },
        { phase: 'offered', since: 990_000 },
      ],
    });
    expect(agentState(ready, busy, NOW)).toEqual({ state: { name: 'on_call' }, ageMs: 40_000 });
  },
);

test('an agent without a desk is offline whatever was wanted', () => {
  expect(agentState(ready, facts({ present: false }), NOW).state).toEqual({ name: 'offline' });
});

test('an agent whose phone cannot be reached is paused as device lost, but keeps a pause of the own choice', () => {
  const lost = facts({ phone: { reachable: false, since: 950_000 } });
  expect(agentState(ready, lost, NOW)).toEqual({ state: { name: 'paused', reason: 'device_lost' }, ageMs: 50_000 });
  expect(agentState(lunch, lost, NOW).state).toEqual({ name: 'paused', reason: 'lunch' });
});

test('a phone that the PBX has not spoken of is not taken for lost', () => {
  expect(agentState(ready, facts({ phone: null }), NOW).state).toEqual({ name: 'ready' });
});

test('an age is never negative, though the clocks differ', () => {
  expect(agentState({ wants: 'ready', since: NOW + 500 }, facts(), NOW).ageMs).toBe(0);
});
