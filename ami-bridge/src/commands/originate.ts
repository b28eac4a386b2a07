import { randomInt } from 'node:crypto';
import type { CommandOf } from '../commands.ts';
import { Refusal, send, type CommandContext } from './executor.ts';

/** How long the agent's own phone may ring. */
const RING_MS = 20_000;

/**
 * Rings the agent's phone, and dials `to` when it answers. The id of the call's first leg is ours to choose, so the tracker knows
 * what is dialled before the first event comes. It ends as Asterisk's own ids do: seconds since 1970, a dot, digits.
 */
export async function originate(context: CommandContext, { extension, to }: CommandOf<'originate'>): Promise<void> {
  if (context.state.phones.get(extension) === false) throw new Refusal('unknown_extension');
  const id = `headset-${Math.floor(Date.now() / 1000)}.${randomInt(1e12)}`;
  context.state.ordered.set(id, { extension, to });
  try {
    await send(context, {
      Action: 'Originate',
      Channel: `PJSIP/${extension}`,
      ChannelId: id,
      // Fixed: no command chooses where in the dialplan it goes.
      Context: context.config.dialContext,
      Exten: to,
      Priority: '1',
      CallerID: to,
      Timeout: String(RING_MS),
      Async: 'true',
      Variable: { __HEADSET_CALL: id },
    });
  } catch (error) {
    context.state.ordered.delete(id);
    throw error;
  }
}
