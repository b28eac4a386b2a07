/** What the filters offer, and the question to the server that they make. */
import { callResultSchema, directionSchema, type CallResult } from '@headset/server/contract/calls.ts';
import { startOfDay } from '../time/zone.ts';
import type { LogFilter } from './call-log.svelte.ts';

export const periods = ['today', 'yesterday', 'week', 'month', 'all'] as const;
export type Period = (typeof periods)[number];
export const directions = directionSchema.options;
export const results: readonly CallResult[] = callResultSchema.options;

/** Empty text: no restriction. */
export type FilterChoices = {
  period: Period;
  direction: '' | (typeof directions)[number];
  result: '' | CallResult;
  queueId: string;
  agentId: string;
  number: string;
};

export const noFilter: FilterChoices = {
  period: 'week',
  direction: '',
  result: '',
  queueId: '',
  agentId: '',
  number: '',
};

/** Days begin in the organisation's zone. "7 days" are today and the six before it. */
export function filterOf(choices: FilterChoices, now: Date, zone: string): LogFilter {
  const { period, direction, result, queueId, agentId, number } = choices;
  return {
    ...between(period, now, zone),
    ...(direction ? { direction } : {}),
    ...(result ? { result } : {}),
    ...(queueId ? { queueId } : {}),
    ...(agentId ? { agentId } : {}),
    ...(number.trim() ? { number: number.trim() } : {}),
  };
}

function between(period: Period, now: Date, zone: string): { from?: string; to?: string } {
  const day = (back: number): string => startOfDay(now, zone, back).toISOString();
  switch (period) {
    case 'today':
      return { from: day(0) };
    case 'yesterday':
      return { from: day(1), to: day(0) };
    case 'week':
      return { from: day(6) };
    case 'month':
      return { from: day(29) };
    case 'all':
      return {};
  }
}
