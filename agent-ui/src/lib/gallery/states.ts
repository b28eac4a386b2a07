/** Every state there is of agents, calls, phone and microphone, for the gallery and for tests that go through all. */
import { agentStateSchema, deskEventSchema, type AgentState } from '@headset/server/contract/desk.ts';
import type { CallOutcome } from '../desk/view.ts';
import type { Line, Microphone } from '../phone/phone-state.ts';
import { session, since } from './fixtures.ts';

export const agentStates: AgentState[] = [
  ...agentStateSchema.options.flatMap((option): AgentState[] => {
    const name = option.shape.name.value;
    return name === 'paused' ? [] : [{ name }];
  }),
  ...[...session.pauseReasons.map((reason) => reason.code), 'device_lost', 'not_responding'].map((reason) => ({
    name: 'paused' as const,
    reason,
  })),
];

export const callPhases = ['offered', 'answering', 'dialling', 'talking', 'held', 'ended'] as const;

export const callOutcomes: CallOutcome[] = deskEventSchema.options.flatMap((option) =>
  'outcome' in option.shape ? option.shape.outcome.options : [],
);

export const microphones: Microphone[] = ['asking', 'denied', 'missing', 'insecure'];

export const phoneLines: Line[] = [
  { name: 'lost', since },
  { name: 'refused', status: 403 },
  { name: 'elsewhere' },
  { name: 'noAccount', why: 'none' },
  { name: 'noAccount', why: 'failed' },
];
