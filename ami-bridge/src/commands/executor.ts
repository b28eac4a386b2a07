/** Takes the server's commands, checked, to the functions that carry them out, and turns what goes wrong into a refusal. */
import type { Logger } from 'pino';
import { RefusedAction, type Action } from '../ami/actions.ts';
import type { AmiConnection } from '../ami/connection.ts';
import { ActionTimeout, NotConnected, RefusedByPbx } from '../ami/session.ts';
import { commandSchema, type Command, type CommandRefusal, type CommandResult } from '../commands.ts';
import type { Config } from '../config.ts';
import type { TrackerState } from '../tracker/state.ts';
import { hangUpLeg } from './hang-up-leg.ts';
import { Memberships } from './memberships.ts';
import { originate } from './originate.ts';
import { provision } from './provision.ts';

/** A command that is refused for a reason of ours. */
export class Refusal extends Error {
  constructor(readonly code: CommandRefusal) {
    super(code);
  }
}

export type CommandContext = {
  config: Pick<Config, 'pbxId' | 'mode' | 'stateDir' | 'generatedDir' | 'dialContext'>;
  ami: Pick<AmiConnection, 'action' | 'list' | 'state'>;
  /** The PBX lets us see, and nothing more: every command is refused before anything is sent. */
  isReadOnly: () => boolean;
  /** Read, and in `ordered` alone written. */
  state: TrackerState;
  log: Logger;
};

export class Executor {
  readonly #context: CommandContext;
  readonly #memberships: Memberships;

  constructor(context: CommandContext) {
    this.#context = context;
    this.#memberships = new Memberships(context);
  }

  /** Never rejects. `command` may be anything. */
  async execute(command: unknown): Promise<CommandResult> {
    const parsed = commandSchema.safeParse(command);
    if (!parsed.success) return { ok: false, code: 'invalid' };
    const { name } = parsed.data;
    try {
      if (this.#context.isReadOnly()) throw new Refusal('read_only');
      await this.#carryOut(parsed.data);
      this.#context.log.info({ command: name }, 'command accepted');
      return { ok: true };
    } catch (error) {
      const code = refusalOf(error);
      this.#context.log.warn(
        { command: name, code, ...(code === 'refused_by_pbx' && { err: error }) },
        'command refused',
      );
      return { ok: false, code };
    }
  }

  /** The PBX is there (again): its queues must have the members that the server last asked for. */
  async resume(): Promise<void> {
    if (this.#context.isReadOnly()) return;
    try {
      await this.#memberships.apply();
    } catch (error) {
      this.#context.log.warn({ code: refusalOf(error) }, 'memberships could not be restored');
    }
  }

  async #carryOut(command: Command): Promise<void> {
    switch (command.name) {
      case 'originate':
        return originate(this.#context, command);
      case 'hangUpLeg':
        return hangUpLeg(this.#context, command);
      case 'pauseAgent':
        return this.#memberships.pause(command.extension, command.reason);
      case 'unpauseAgent':
        return this.#memberships.pause(command.extension, null);
      case 'setMemberships':
        return this.#memberships.set(command);
      case 'provision':
        return provision(this.#context, command);
    }
  }
}

/** Sends an action whose refusal by the PBX has a meaning of its own; any other refusal goes on. */
export async function send(
  { ami }: Pick<CommandContext, 'ami'>,
  action: Action,
  meanings: readonly [message: RegExp, code: CommandRefusal | 'fine'][] = [],
): Promise<void> {
  try {
    await ami.action(action);
  } catch (error) {
    if (!(error instanceof RefusedByPbx)) throw error;
    const meaning = meanings.find(([message]) => message.test(error.message))?.[1];
    if (meaning === 'fine') return;
    throw meaning === undefined ? error : new Refusal(meaning);
  }
}

function refusalOf(error: unknown): CommandRefusal {
  if (error instanceof Refusal) return error.code;
  if (error instanceof NotConnected) return 'pbx_disconnected';
  if (error instanceof ActionTimeout) return 'timeout';
  if (error instanceof RefusedAction) return 'invalid';
  if (error instanceof RefusedByPbx && /permission denied/i.test(error.message)) return 'read_only';
  return 'refused_by_pbx';
}
