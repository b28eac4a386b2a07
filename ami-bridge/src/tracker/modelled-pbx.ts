/** For tests: what a PBX would answer to a snapshot after it has sent these events. Knows nothing of the tracker. */
import type { AmiEvent } from '../ami/events.ts';
import type { Snapshot, SnapshotChannel } from '../ami/snapshot.ts';

export class ModelledPbx {
  readonly #channels = new Map<string, SnapshotChannel>();
  readonly #waiting = new Map<string, Snapshot['entries'][number]>();
  readonly #held = new Set<string>();
  /** When each channel began, also of those that are gone. */
  readonly #begun = new Map<string, number>();
  #now = 0;

  send(event: AmiEvent): void {
    this.#now = event.at;
    switch (event.name) {
      case 'Newchannel': {
        const { at: startedAt, name: _, ...rest } = event;
        this.#channels.set(event.id, { ...rest, bridge: null, startedAt });
        this.#begun.set(event.id, startedAt);
        return;
      }
      case 'Newstate':
        return this.#edit(event.id, { state: event.state });
      case 'BridgeEnter':
        this.#edit(event.id, { bridge: event.bridge, state: 'up' });
        return this.#linkTogether(event.bridge);
      case 'BridgeLeave':
        return this.#edit(event.id, { bridge: null });
      case 'Hangup':
        this.#channels.delete(event.id);
        this.#held.delete(event.id);
        this.#waiting.delete(event.id);
        return;
      case 'QueueCallerJoin': {
        const { id, queue, position, at: joinedAt } = event;
        this.#waiting.set(id, { id, queue, position, joinedAt });
        return;
      }
      case 'QueueCallerLeave':
        this.#waiting.delete(event.id);
        return;
      case 'Hold':
        this.#held.add(event.id);
        return;
      case 'Unhold':
        this.#held.delete(event.id);
        return;
      default:
        return;
    }
  }

  snapshot(patch: Partial<Snapshot> = {}): Snapshot {
    const channels = [...this.#channels.values()];
    return {
      takenAt: this.#now,
      pbxVersion: '22.10.1',
      pbxStartedAt: 1_000_000,
      clockOffsetMs: 0,
      channels,
      entries: [...this.#waiting.values()],
      members: [],
      devices: channels.map(({ id, channel }) => ({
        device: channel.replace(/-[0-9a-f]+$/, ''),
        state: this.#held.has(id) ? 'ONHOLD' : 'INUSE',
      })),
      ...patch,
    };
  }

  /** On bridging every channel takes the oldest linked id, and no event says so. */
  #linkTogether(bridge: string): void {
    const met = [...this.#channels.values()].filter((channel) => channel.bridge === bridge);
    const age = (id: string): number => this.#begun.get(id) ?? 0;
    const linked = met.map(({ linkedId }) => linkedId).toSorted((a, b) => age(a) - age(b));
    for (const { id, linkedId } of met) this.#edit(id, { linkedId: linked[0] ?? linkedId });
  }

  #edit(id: string, patch: Partial<SnapshotChannel>): void {
    const channel = this.#channels.get(id);
    if (channel !== undefined) this.#channels.set(id, { ...channel, ...patch });
  }
}
