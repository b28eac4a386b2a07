/** What a desk may ask for. Each is checked against the actor's rights; what is stored is intent, and telephone state follows from facts. */
import type { Database } from '@headset/db';
import { writeAudit } from '@headset/db/queries/audit';
import { bindCall } from '@headset/db/queries/calls';
import { findClient } from '@headset/db/queries/clients';
import type { Intent } from '../agents/agent-state.ts';
import type { Roster } from '../agents/roster.ts';
import type { DeskCommand, DeskCommandResult } from '../contract/desk.ts';
import type { Actor, Can } from '../rights.ts';
import { clientScopeOf, scopeOf } from '../scope.ts';

export type DeskCommandsOptions = {
  db: Database;
  can: Can;
  roster: Roster;
  /** Stores the intent, tells the desks, and then the PBX. */
  setIntent: (agentId: string, intent: Intent) => Promise<void>;
  /** The call has a client now. */
  callBound: (callId: string, clientId: string) => Promise<void>;
};

const refused = (code: Extract<DeskCommandResult, { ok: false }>['code']): DeskCommandResult => ({ ok: false, code });

export class DeskCommands {
  readonly #options: DeskCommandsOptions;

  constructor(options: DeskCommandsOptions) {
    this.#options = options;
  }

  async run(actor: Actor, command: DeskCommand): Promise<DeskCommandResult> {
    switch (command.name) {
      case 'beReady':
        return this.#setIntent(actor, { wants: 'ready', since: Date.now() });
      case 'pause': {
        const known = this.#options.roster.pauseReasons.some(({ code }) => code === command.reason);
        if (!known) return refused('unknown_reason');
        return this.#setIntent(actor, { wants: 'paused', reason: command.reason, since: Date.now() });
      }
      case 'bindClient':
        return this.#bindClient(actor, command);
    }
  }

  async #setIntent(actor: Actor, intent: Intent): Promise<DeskCommandResult> {
    if (this.#options.can(actor, 'update', 'intent') === 'none') return refused('forbidden');
    await this.#options.setIntent(actor.agentId, intent);
    return { ok: true };
  }

  async #bindClient(
    actor: Actor,
    { callId, clientId }: { callId: string; clientId: string },
  ): Promise<DeskCommandResult> {
    const { db, can, callBound } = this.#options;
    const calls = can(actor, 'update', 'calls');
    const clients = can(actor, 'read', 'clients');
    if (calls === 'none' || clients === 'none') return refused('forbidden');
    if (!(await findClient(db, clientId, clientScopeOf({ actor, level: clients })))) return refused('unknown_client');
    if (!(await bindCall(db, callId, clientId, scopeOf({ actor, level: calls })))) return refused('unknown_call');
    await writeAudit(db, {
      actorId: actor.agentId,
      action: 'bound',
      resource: 'call',
      resourceId: callId,
      details: { clientId },
    });
    await callBound(callId, clientId);
    return { ok: true };
  }
}
