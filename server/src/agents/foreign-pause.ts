/** A pause made at the PBX, by a feature code or an administrator, becomes the agent's intent. Pure. */
import type { EventOf } from '@headset/ami-bridge/domain-events';
import type { Intent } from './agent-state.ts';

/** The reason that stands for all of the PBX's own; agents cannot choose it. */
export const PBX_REASON = 'pbx';

/** The new intent, or null when the fact is the echo of what we asked for. `ourReasons`: codes that we may have sent. */
export function foreignPause(
  fact: EventOf<'MemberObserved'>,
  intent: Intent,
  ourReasons: ReadonlySet<string>,
): Intent | null {
  if (!fact.paused || intent.wants === 'paused') return null;
  if (fact.pauseReason !== null && (fact.pauseReason === PBX_REASON || ourReasons.has(fact.pauseReason))) return null;
  return { wants: 'paused', reason: PBX_REASON, since: Date.parse(fact.occurredAt) };
}
