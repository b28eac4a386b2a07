/** What the PBX is to do for our agents: the phones and queues it must know, and who takes which queue's calls now. Pure. */
import type { CommandOf } from '@headset/ami-bridge/commands';
import type { AgentPhone } from '@headset/db/queries/agents';
import type { Queue } from '@headset/db/queries/queues';
import type { Intent } from './agent-state.ts';

export type WantedMember = CommandOf<'setMemberships'>['members'][number];

/** Agents who are not present take no calls; those who are paused stay members, so that the PBX shows them. */
export function wantedMembers(
  memberships: readonly { queueCode: string; agentId: string; extension: string; penalty: number }[],
  intentOf: (agentId: string) => Intent,
  isPresent: (agentId: string) => boolean,
): WantedMember[] {
  return memberships
    .filter(({ agentId }) => isPresent(agentId))
    .map(({ queueCode, agentId, extension, penalty }) => {
      const intent = intentOf(agentId);
      const paused = intent.wants === 'paused';
      return { queue: queueCode, extension, penalty, paused, pauseReason: paused ? intent.reason : null };
    });
}

export const provisioning = (phones: readonly AgentPhone[], queues: readonly Queue[]): CommandOf<'provision'> => ({
  name: 'provision',
  phones: phones.map(({ extension, sipSecret, displayName }) => ({ extension, secret: sipSecret, displayName })),
  queues: queues.map(({ code, strategy, weight, ringSeconds, maxWaitSeconds }) => ({
    queue: code,
    strategy,
    weight,
    ringSeconds,
    maxWaitSeconds,
  })),
});
