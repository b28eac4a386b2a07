/** What the PBX says is going on, asked after every login. */
import type { Frame } from 'asterisk-manager';
import { channelState, decodeMember, type ChannelState, type QueueMember } from './events.ts';
import { channelVariable, identifier, text, timestamp, whole, type Micros } from './header.ts';
import type { AmiSession } from './session.ts';

export type SnapshotChannel = {
  id: string;
  linkedId: string;
  channel: string;
  state: ChannelState;
  number: string | null;
  callerName: string | null;
  /** Where its dialplan stands now, which after an answer need not be what was dialled. */
  exten: string | null;
  headsetCall: string | null;
  bridge: string | null;
  startedAt: Micros;
};

export type SnapshotEntry = { id: string; queue: string; position: number | null; joinedAt: Micros };

export type Snapshot = {
  takenAt: Micros;
  pbxVersion: string;
  /** Null when the PBX does not tell (no `read=system`). */
  pbxStartedAt: Micros | null;
  /** The PBX's clock minus ours. */
  clockOffsetMs: number;
  channels: SnapshotChannel[];
  entries: SnapshotEntry[];
  members: QueueMember[];
  /** `PJSIP/1001` → `NOT_INUSE`, `UNAVAILABLE`, `ONHOLD`, … */
  devices: { device: string; state: string }[];
};

export type Clock = () => number;

/** What is needed of a session. */
type Asked = Pick<AmiSession, 'action' | 'list'>;

/**
 * Asks the PBX for everything that `reconcile` needs.
 * @param uptimeSeconds from FullyBooted, null where the PBX did not send it
 * @param now our clock in milliseconds since 1970
 */
export async function takeSnapshot(session: Asked, uptimeSeconds: number | null, now: Clock): Promise<Snapshot> {
  const settings = await session.action({ Action: 'CoreSettings' });
  const askedAt = now();
  const pong = await session.action({ Action: 'Ping' });
  const answeredAt = now();
  const pbxClock = timestamp(pong);
  const clockOffsetMs = pbxClock === null ? 0 : Math.round(pbxClock / 1000 - (askedAt + answeredAt) / 2);
  const takenAt = pbxClock ?? answeredAt * 1000;
  const [channels, queues, devices] = [
    await session.list({ Action: 'CoreShowChannels' }),
    await session.list({ Action: 'QueueStatus' }),
    await session.list({ Action: 'DeviceStateList' }),
  ];
  return {
    takenAt,
    pbxVersion: text(settings, 'asteriskversion')?.slice(0, 64) ?? 'unknown',
    pbxStartedAt: uptimeSeconds === null ? null : takenAt - uptimeSeconds * 1_000_000,
    clockOffsetMs,
    channels: present(channels.map((row) => decodeChannel(row, takenAt))),
    entries: present(queues.map((row) => decodeEntry(row, takenAt))),
    members: present(queues.filter((row) => row.event === 'QueueMember').map(decodeMember)),
    devices: present(devices.map(decodeDevice)),
  };
}

function decodeChannel(row: Frame, takenAt: Micros): SnapshotChannel | null {
  const id = identifier(row, 'uniqueid');
  const channel = identifier(row, 'channel');
  if (id === null || channel === null || row.event !== 'CoreShowChannel') return null;
  return {
    id,
    linkedId: identifier(row, 'linkedid') ?? id,
    channel,
    state: channelState(row),
    number: text(row, 'calleridnum'),
    callerName: text(row, 'calleridname'),
    exten: text(row, 'exten'),
    headsetCall: channelVariable(row, 'HEADSET_CALL'),
    bridge: identifier(row, 'bridgeid'),
    startedAt: takenAt - durationSeconds(text(row, 'duration')) * 1_000_000,
  };
}

function decodeEntry(row: Frame, takenAt: Micros): SnapshotEntry | null {
  const id = identifier(row, 'uniqueid');
  const queue = identifier(row, 'queue');
  if (row.event !== 'QueueEntry' || id === null || queue === null || queue.length > 64) return null;
  return { id, queue, position: whole(row, 'position'), joinedAt: takenAt - (whole(row, 'wait') ?? 0) * 1_000_000 };
}

function decodeDevice(row: Frame): { device: string; state: string } | null {
  const device = identifier(row, 'device');
  return device === null ? null : { device, state: text(row, 'state') ?? 'UNKNOWN' };
}

/** `00:01:30` as CoreShowChannels writes it. */
function durationSeconds(duration: string | null): number {
  const match = /^(\d+):(\d{2}):(\d{2})$/.exec(duration ?? '');
  return match === null ? 0 : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

function present<T>(rows: (T | null)[]): T[] {
  return rows.filter((row): row is T => row !== null);
}
