import type { CommandOf } from '../commands.ts';
import { Refusal, send, type CommandContext } from './executor.ts';

/** Ends a leg that the tracker knows, and no other: AMI's Hangup would take any channel, and patterns. */
export async function hangUpLeg(context: CommandContext, { callId, legId }: CommandOf<'hangUpLeg'>): Promise<void> {
  const prefix = `${context.state.pbxId}-`;
  const call = callId.startsWith(prefix) ? context.state.calls.get(callId.slice(prefix.length)) : undefined;
  const leg = call?.legs.find(({ id }) => legId === prefix + id);
  if (leg === undefined) throw new Refusal('unknown_call');
  await send(context, { Action: 'Hangup', Channel: leg.channel, Cause: '16' }, [[/no such channel/i, 'unknown_call']]);
}
