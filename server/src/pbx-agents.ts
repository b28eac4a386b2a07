/**
 * Tells each PBX what our agents want, whenever its bridge says hello and whenever an agent comes, goes, pauses or is ready. Always the
 * whole of it: the bridge keeps the last list for when the PBX comes back, and sends only what differs. Commands to one PBX go one
 * after another, each made from what is wanted at that moment.
 */
import type { Command, CommandResult } from '@headset/ami-bridge/commands';
import type { Database } from '@headset/db';
import { listPhones } from '@headset/db/queries/agents';
import type { Logger } from 'pino';
import type { Intents } from './agents/intents.ts';
import { provisioning, wantedMembers } from './agents/pbx-members.ts';
import type { Presence } from './agents/presence.ts';
import type { Roster } from './agents/roster.ts';

export type PbxAgentsOptions = {
  db: Database;
  roster: Roster;
  intents: Intents;
  presence: Presence;
  log: Logger;
  command: (pbxId: string, command: Command) => Promise<CommandResult>;
};

export class PbxAgents {
  readonly #options: PbxAgentsOptions;
  readonly #tails = new Map<string, Promise<void>>();
  /** PBXs whose whole list is about to be sent. */
  readonly #waiting = new Set<string>();

  constructor(options: PbxAgentsOptions) {
    this.#options = options;
  }

  /** The bridge is new: it learns everything. */
  async introduce(pbxId: string): Promise<void> {
    await this.#next(pbxId, async () => {
      const { db, roster } = this.#options;
      await this.#send(pbxId, provisioning(await listPhones(db, pbxId), roster.queuesOf(pbxId)));
    });
    await this.allMembers(pbxId);
  }

  async allMembers(pbxId: string): Promise<void> {
    await this.#next(pbxId, () =>
      this.#send(pbxId, { name: 'setMemberships', complete: true, members: this.#members(pbxId) }),
    );
  }

  #members(pbxId: string) {
    const { roster, intents, presence } = this.#options;
    return wantedMembers(
      roster.membershipsOf(pbxId),
      (id) => intents.of(id),
      (id) => presence.presentSince(id) !== null,
    );
  }

  async #send(pbxId: string, command: Command): Promise<void> {
    const result = await this.#options.command(pbxId, command);
    const log = { pbxId, command: command.name, code: result.ok ? undefined : result.code };
    // The bridge keeps what is wanted and applies it when the PBX is back; an existing PBX is not provisioned.
    if (!result.ok) this.#options.log.info(log, 'the PBX did not take a command');
  }

  async #next(pbxId: string, work: () => Promise<void>): Promise<void> {
    const tail = (this.#tails.get(pbxId) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => this.#options.log.warn({ err: error, pbxId }, 'the PBX could not be told'));
    this.#tails.set(pbxId, tail);
    await tail;
  }
}
