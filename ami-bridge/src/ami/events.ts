/**
 * The AMI events that the tracker uses, validated and under names of ours for nothing but the spelling: their meaning is
 * Asterisk's. `decodeEvent` is on the path of every event: it looks the name up first, and what nobody uses costs one look-up.
 *
 * Ids are Asterisk's uniqueids. `at` is the PBX's clock in microseconds.
 */
import type { Frame } from 'asterisk-manager';
import { channelVariable, identifier, text, timestamp, whole, type Micros } from './header.ts';

/** Asterisk's channel states that matter: 4 Ring and 5 Ringing, 6 Up; all else is on its way. */
export type ChannelState = 'down' | 'ringing' | 'up';

type Of<N extends string, T> = { name: N; at: Micros } & T;

export type AmiEvent =
  | Of<
      'Newchannel',
      {
        id: string;
        linkedId: string;
        channel: string;
        state: ChannelState;
        number: string | null;
        callerName: string | null;
        exten: string | null;
        /** Our own id of the call, inherited from its first channel by `__HEADSET_CALL`. */
        headsetCall: string | null;
      }
    >
  | Of<'Newstate', { id: string; state: ChannelState; number: string | null }>
  | Of<'Rename', { id: string; channel: string }>
  | Of<'DialBegin', { id: string | null; destId: string; destChannel: string; dialString: string | null }>
  | Of<'DialEnd', { destId: string; status: string }>
  | Of<'QueueCallerJoin', { id: string; queue: string; position: number | null }>
  | Of<'QueueCallerLeave', { id: string; queue: string }>
  | Of<'QueueCallerAbandon', { id: string; queue: string }>
  | Of<'AgentCalled', { id: string; destId: string; queue: string; interface: string; member: string | null }>
  | Of<'AgentRingNoAnswer', { destId: string }>
  | Of<'BridgeEnter', { id: string; bridge: string; swapId: string | null }>
  | Of<'BridgeLeave', { id: string; bridge: string }>
  | Of<'Hold', { id: string }>
  | Of<'Unhold', { id: string }>
  | Of<'HangupRequest', { id: string; cause: number | null }>
  | Of<'SoftHangupRequest', { id: string; cause: number | null }>
  | Of<'Hangup', { id: string; cause: number | null; queueStatus: string | null }>
  | Of<'UserEvent', { id: string; queueStatus: string | null }>
  | Of<'BlindTransfer', { transfererId: string; exten: string | null }>
  | Of<'AttendedTransfer', { firstId: string; secondId: string; destination: string | null }>
  | Of<'LocalOptimizationBegin', { id: string }>
  | Of<'LocalOptimizationEnd', { id: string }>
  | Of<'QueueMemberStatus' | 'QueueMemberAdded' | 'QueueMemberPause' | 'QueueMemberPenalty', { member: QueueMember }>
  | Of<'QueueMemberRemoved', { queue: string; interface: string; member: string | null }>
  | Of<'DeviceStateChange', { device: string; state: string }>
  | Of<'ContactStatus', { aor: string; status: string }>
  | Of<'FullyBooted', { uptimeSeconds: number | null }>;

export type AmiEventName = AmiEvent['name'];
export type AmiEventOf<N extends AmiEventName> = Extract<AmiEvent, { name: N }>;

/** A phone that takes calls of a queue. `interface` is what Asterisk dials (`PJSIP/1001`, or FreePBX's `Local/1001@from-queue/n`). */
export type QueueMember = {
  queue: string;
  interface: string;
  /** Whose state says whether it is free: `PJSIP/1001`, or FreePBX's `hint:5001@ext-local`. */
  stateInterface: string | null;
  member: string | null;
  penalty: number;
  paused: boolean;
  pauseReason: string | null;
};

type Decoder = (frame: Frame, at: Micros) => AmiEvent | null;

const DECODERS: Readonly<Record<AmiEventName, Decoder>> = {
  Newchannel(frame, at) {
    const id = identifier(frame, 'uniqueid');
    const channel = identifier(frame, 'channel');
    if (id === null || channel === null) return null;
    return {
      name: 'Newchannel',
      at,
      id,
      linkedId: identifier(frame, 'linkedid') ?? id,
      channel,
      state: channelState(frame),
      number: text(frame, 'calleridnum'),
      callerName: text(frame, 'calleridname'),
      exten: text(frame, 'exten'),
      headsetCall: channelVariable(frame, 'HEADSET_CALL'),
    };
  },
  Newstate: (frame, at) =>
    withId(frame, (id) => ({
      name: 'Newstate',
      at,
      id,
      state: channelState(frame),
      number: text(frame, 'calleridnum'),
    })),
  Rename(frame, at) {
    const channel = identifier(frame, 'newname');
    return channel === null ? null : withId(frame, (id) => ({ name: 'Rename', at, id, channel }));
  },
  DialBegin(frame, at) {
    const destId = identifier(frame, 'destuniqueid');
    const destChannel = identifier(frame, 'destchannel');
    if (destId === null || destChannel === null) return null;
    const id = identifier(frame, 'uniqueid');
    return { name: 'DialBegin', at, id, destId, destChannel, dialString: text(frame, 'dialstring') };
  },
  DialEnd(frame, at) {
    const destId = identifier(frame, 'destuniqueid');
    return destId === null ? null : { name: 'DialEnd', at, destId, status: text(frame, 'dialstatus') ?? '' };
  },
  QueueCallerJoin: (frame, at) =>
    withIdAndQueue(frame, (id, queue) => ({
      name: 'QueueCallerJoin',
      at,
      id,
      queue,
      position: whole(frame, 'position'),
    })),
  QueueCallerLeave: (frame, at) => withIdAndQueue(frame, (id, queue) => ({ name: 'QueueCallerLeave', at, id, queue })),
  QueueCallerAbandon: (frame, at) =>
    withIdAndQueue(frame, (id, queue) => ({ name: 'QueueCallerAbandon', at, id, queue })),
  AgentCalled(frame, at) {
    const destId = identifier(frame, 'destuniqueid');
    const called = identifier(frame, 'interface');
    if (destId === null || called === null) return null;
    const member = text(frame, 'membername');
    return withIdAndQueue(frame, (id, queue) => ({
      name: 'AgentCalled',
      at,
      id,
      destId,
      queue,
      interface: called,
      member,
    }));
  },
  AgentRingNoAnswer(frame, at) {
    const destId = identifier(frame, 'destuniqueid');
    return destId === null ? null : { name: 'AgentRingNoAnswer', at, destId };
  },
  BridgeEnter(frame, at) {
    const bridge = identifier(frame, 'bridgeuniqueid');
    if (bridge === null) return null;
    return withId(frame, (id) => ({ name: 'BridgeEnter', at, id, bridge, swapId: identifier(frame, 'swapuniqueid') }));
  },
  BridgeLeave(frame, at) {
    const bridge = identifier(frame, 'bridgeuniqueid');
    return bridge === null ? null : withId(frame, (id) => ({ name: 'BridgeLeave', at, id, bridge }));
  },
  Hold: (frame, at) => withId(frame, (id) => ({ name: 'Hold', at, id })),
  Unhold: (frame, at) => withId(frame, (id) => ({ name: 'Unhold', at, id })),
  HangupRequest: (frame, at) =>
    withId(frame, (id) => ({ name: 'HangupRequest', at, id, cause: whole(frame, 'cause') })),
  SoftHangupRequest: (frame, at) =>
    withId(frame, (id) => ({ name: 'SoftHangupRequest', at, id, cause: whole(frame, 'cause') })),
  Hangup: (frame, at) =>
    withId(frame, (id) => ({
      name: 'Hangup',
      at,
      id,
      cause: whole(frame, 'cause'),
      queueStatus: channelVariable(frame, 'QUEUESTATUS'),
    })),
  UserEvent: (frame, at) =>
    withId(frame, (id) => ({ name: 'UserEvent', at, id, queueStatus: channelVariable(frame, 'QUEUESTATUS') })),
  BlindTransfer(frame, at) {
    const transfererId = identifier(frame, 'transfereruniqueid');
    return transfererId === null ? null : { name: 'BlindTransfer', at, transfererId, exten: text(frame, 'extension') };
  },
  AttendedTransfer(frame, at) {
    const firstId = identifier(frame, 'origtransfereruniqueid');
    const secondId = identifier(frame, 'secondtransfereruniqueid');
    if (firstId === null || secondId === null) return null;
    return { name: 'AttendedTransfer', at, firstId, secondId, destination: text(frame, 'desttype') };
  },
  LocalOptimizationBegin: (frame, at) => ofLocal(frame, (id) => ({ name: 'LocalOptimizationBegin', at, id })),
  LocalOptimizationEnd: (frame, at) => ofLocal(frame, (id) => ({ name: 'LocalOptimizationEnd', at, id })),
  QueueMemberStatus: (frame, at) => withMember(frame, (member) => ({ name: 'QueueMemberStatus', at, member })),
  QueueMemberAdded: (frame, at) => withMember(frame, (member) => ({ name: 'QueueMemberAdded', at, member })),
  QueueMemberPause: (frame, at) => withMember(frame, (member) => ({ name: 'QueueMemberPause', at, member })),
  QueueMemberPenalty: (frame, at) => withMember(frame, (member) => ({ name: 'QueueMemberPenalty', at, member })),
  QueueMemberRemoved: (frame, at) =>
    withMember(frame, ({ queue, interface: removed, member }) => ({
      name: 'QueueMemberRemoved',
      at,
      queue,
      interface: removed,
      member,
    })),
  DeviceStateChange(frame, at) {
    const device = identifier(frame, 'device');
    return device === null ? null : { name: 'DeviceStateChange', at, device, state: text(frame, 'state') ?? 'UNKNOWN' };
  },
  ContactStatus(frame, at) {
    const aor = identifier(frame, 'aor');
    return aor === null ? null : { name: 'ContactStatus', at, aor, status: text(frame, 'contactstatus') ?? '' };
  },
  FullyBooted: (frame, at) => ({ name: 'FullyBooted', at, uptimeSeconds: whole(frame, 'uptime') }),
};

const DECODER_OF: ReadonlyMap<string, Decoder> = new Map(Object.entries(DECODERS));

/**
 * One frame of the library as an event.
 * @param now the PBX's clock as far as known, for a PBX that sends no timestamps
 * @returns `'ignored'` for an event that nobody uses, `'invalid'` for one whose identifiers cannot be right
 */
export function decodeEvent(frame: Frame, now: () => Micros): AmiEvent | 'ignored' | 'invalid' {
  const decoder = typeof frame.event === 'string' ? DECODER_OF.get(frame.event) : undefined;
  if (decoder === undefined) return 'ignored';
  return decoder(frame, timestamp(frame) ?? now()) ?? 'invalid';
}

/** A member as events and `QueueMember` rows of QueueStatus give it: the latter say `Name` and `Location`. */
export function decodeMember(frame: Frame): QueueMember | null {
  const queue = identifier(frame, 'queue');
  const dialled = identifier(frame, 'interface') ?? identifier(frame, 'location');
  if (queue === null || queue.length > 64 || dialled === null) return null;
  return {
    queue,
    interface: dialled,
    stateInterface: identifier(frame, 'stateinterface'),
    member: text(frame, 'membername') ?? text(frame, 'name'),
    penalty: Math.max(0, whole(frame, 'penalty') ?? 0),
    paused: text(frame, 'paused') === '1',
    pauseReason: text(frame, 'pausedreason')?.slice(0, 80) ?? null,
  };
}

/** The channel's state from `ChannelState`, where the number is given. */
export function channelState(frame: Frame): ChannelState {
  const state = whole(frame, 'channelstate');
  if (state === 6) return 'up';
  return state === 5 ? 'ringing' : 'down';
}

/** `id` is that of the Local channel's first end. */
function ofLocal(frame: Frame, build: (id: string) => AmiEvent): AmiEvent | null {
  const id = identifier(frame, 'localoneuniqueid');
  return id === null ? null : build(id);
}

function withId(frame: Frame, build: (id: string) => AmiEvent): AmiEvent | null {
  const id = identifier(frame, 'uniqueid');
  return id === null ? null : build(id);
}

function withIdAndQueue(frame: Frame, build: (id: string, queue: string) => AmiEvent): AmiEvent | null {
  const queue = identifier(frame, 'queue');
  return queue === null || queue.length > 64 ? null : withId(frame, (id) => build(id, queue));
}

function withMember(frame: Frame, build: (member: QueueMember) => AmiEvent): AmiEvent | null {
  const member = decodeMember(frame);
  return member === null ? null : build(member);
}
