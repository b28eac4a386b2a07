/** What agents want, in memory: Postgres first, then here. An agent who never said anything wants to be ready. */
import type { Database } from '@headset/db';
import { listIntents, saveIntent } from '@headset/db/queries/agent-intents';
import type { Intent } from './agent-state.ts';

export class Intents {
  #intents = new Map<string, Intent>();

  async reload(db: Database): Promise<void> {
    this.#intents = new Map(
      (await listIntents(db)).map((row) => [
        row.agentId,
        row.wants === 'paused'
          ? { wants: 'paused', reason: row.pauseReason, since: row.since.getTime() }
          : { wants: 'ready', since: row.since.getTime() },
      ]),
    );
  }

  of(agentId: string): Intent {
    return this.#intents.get(agentId) ?? { wants: 'ready', since: 0 };
  }

  /** `intent.reason` must be one of pause_reasons. */
  async set(db: Database, agentId: string, intent: Intent): Promise<void> {
    const since = new Date(intent.since);
    await saveIntent(
      db,
      intent.wants === 'paused'
        ? { agentId, wants: 'paused', pauseReason: intent.reason, since }
        : { agentId, wants: 'ready', since },
    );
    this.#intents.set(agentId, intent);
  }
}
