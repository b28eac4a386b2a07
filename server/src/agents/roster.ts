/** Who and what there is, in memory: agents, queues, memberships, the organisation. Small, rarely changed, read from Postgres anew on each reload. */
import type { Database } from '@headset/db';
import { listAllAgents, type Agent } from '@headset/db/queries/agents';
import {
  findOrganisation,
  listPauseReasons,
  type Organisation,
  type PauseReason,
} from '@headset/db/queries/organisation';
import { listMemberships, listQueuesOf, type Membership, type Queue } from '@headset/db/queries/queues';

export class Roster {
  #agents = new Map<string, Agent>();
  #byExtension = new Map<string, Agent>();
  #queues = new Map<string, Queue>();
  #memberships = new Map<string, Membership[]>();
  #organisation: Organisation | null = null;
  #pauseReasons: PauseReason[] = [];

  /** Rejects while the database is away, or has no organisation yet. */
  async reload(db: Database): Promise<void> {
    const [agents, organisation, pauseReasons] = await Promise.all([
      listAllAgents(db),
      findOrganisation(db),
      listPauseReasons(db),
    ]);
    const pbxIds = [...new Set(agents.flatMap((agent) => agent.pbxId ?? []))];
    const queues = (await Promise.all(pbxIds.map((pbxId) => listQueuesOf(db, pbxId)))).flat();
    const memberships = await Promise.all(
      pbxIds.map(async (pbxId) => [pbxId, await listMemberships(db, pbxId)] as const),
    );
    if (!organisation) throw new Error('the database has no organisation: npm start makes one');
    this.#agents = new Map(agents.map((agent) => [agent.id, agent]));
    this.#byExtension = new Map(
      agents.flatMap((agent) =>
        agent.pbxId !== null && agent.extension !== null ? [[at(agent.pbxId, agent.extension), agent]] : [],
      ),
    );
    this.#queues = new Map(queues.map((queue) => [at(queue.pbxId, queue.code), queue]));
    this.#memberships = new Map(memberships);
    this.#organisation = organisation;
    this.#pauseReasons = pauseReasons;
  }

  /** Nothing asks before the first reload: see app.ts. */
  get organisation(): Organisation {
    if (!this.#organisation) throw new Error('the roster was not read yet');
    return this.#organisation;
  }

  get pauseReasons(): readonly PauseReason[] {
    return this.#pauseReasons;
  }

  get agents(): Iterable<Agent> {
    return this.#agents.values();
  }

  /** PBXs that have agents. */
  get pbxIds(): string[] {
    return [...this.#memberships.keys()];
  }

  agent(agentId: string): Agent | undefined {
    return this.#agents.get(agentId);
  }

  agentAt(pbxId: string, extension: string): Agent | undefined {
    return this.#byExtension.get(at(pbxId, extension));
  }

  queueAt(pbxId: string, code: string): Queue | undefined {
    return this.#queues.get(at(pbxId, code));
  }

  queuesOf(pbxId: string): Queue[] {
    return [...this.#queues.values()].filter((queue) => queue.pbxId === pbxId);
  }

  membershipsOf(pbxId: string): readonly Membership[] {
    return this.#memberships.get(pbxId) ?? [];
  }
}

const at = (pbxId: string, name: string): string => `${pbxId}/${name}`;
