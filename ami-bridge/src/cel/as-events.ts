/**
 * CEL told as the live events that it stands for, so that the tracker's own handlers make the facts: a rebuilt fact then has the
 * identity, and wherever CEL knows it the value, of the fact that was lived through. `test/fixtures/cel` holds both of each call.
 *
 * What CEL does not know:
 * - When a phone began to ring: an offer begins with the dialling, a SIP round trip before the ring. A phone that refused within
 *   `NEVER_RANG_MICROS` is taken not to have rung, as one that is busy.
 * - The position in a queue, and hold: nobody is told either.
 * - For whose sake a consultation is, until it is completed (see rebuild.ts).
 * - Outside our own dialplan, why a caller left a queue otherwise than by hanging up or being answered: told as a time-out. A visit
 *   that was over at once without a hang-up is taken for one that never began (queue empty, full or unknown).
 */
import type { AmiEvent } from '../ami/events.ts';
import type { Micros } from '../ami/header.ts';
import { extensionOf } from '../tracker/party.ts';
import type { CelKind, CelRecord } from './cel-record.ts';

const NEVER_RANG_MICROS: Micros = 100_000;
const NEVER_JOINED_MICROS: Micros = 20_000;
/** Causes of a leg that the PBX itself took back: no cause, normal clearing, answered elsewhere. */
const TAKEN_BACK = new Set([0, 16, 26]);
/** What ended so shortly before a channel's hang-up ended by it. */
const BY_HANGUP_MICROS: Micros = 100_000;
const LONGEST_QUEUE_NAME = 64;
const NOT_LET_IN = new Set(['JOINEMPTY', 'JOINUNAVAIL', 'FULL']);

/** `records` are those of calls that have to do with one another, in the order in which they were written. */
export function asEvents(records: readonly CelRecord[]): AmiEvent[] {
  const reading = new Reading(records);
  records.forEach((record, index) => reading.take(record, index));
  return reading.events;
}

class Reading {
  readonly events: AmiEvent[] = [];
  readonly #records: readonly CelRecord[];
  readonly #hangups = new Map<string, CelRecord>();
  readonly #answers = new Set<string>();
  readonly #idOfChannel = new Map<string, string>();
  /** Applications that run, the last one started last: who runs one dials. */
  readonly #dialling: string[] = [];
  readonly #diallerOf = new Map<string, string>();
  readonly #queueOf = new Map<string, string>();
  readonly #askedToEnd = new Set<string>();

  constructor(records: readonly CelRecord[]) {
    this.#records = records;
    for (const record of records) {
      this.#idOfChannel.set(record.channel, record.id);
      if (record.kind === 'HANGUP') this.#hangups.set(record.id, record);
      if (record.kind === 'ANSWER') this.#answers.add(record.id);
    }
  }

  readonly #handlers: Readonly<Record<CelKind, ((record: CelRecord, index: number) => void) | null>> = {
    CHAN_START: (record) => this.#channelStarts(record),
    ANSWER: (record) => this.#answered(record),
    APP_START: (record, index) => this.#appStarts(record, index),
    APP_END: (record) => this.#appEnds(record),
    QUEUESTATUS: ({ id, at, extra }) => this.events.push({ name: 'UserEvent', at, id, queueStatus: extra.queueStatus }),
    BRIDGE_ENTER: (record, index) => this.#entersBridge(record, index),
    BRIDGE_EXIT: (record) => this.#leavesBridge(record),
    BLINDTRANSFER: ({ id, at, extra }) =>
      this.events.push({ name: 'BlindTransfer', at, transfererId: id, exten: extra.exten }),
    LOCAL_OPTIMIZE_BEGIN: ({ id, at }) => this.events.push({ name: 'LocalOptimizationBegin', at, id }),
    LOCAL_OPTIMIZE: ({ id, at }) => this.events.push({ name: 'LocalOptimizationEnd', at, id }),
    ATTENDEDTRANSFER: (record) => this.#attendedTransfer(record),
    HANGUP: (record) => this.#mayEndBy(record),
    CHAN_END: ({ id, at }) => {
      const cause = this.#hangups.get(id)?.extra.cause ?? null;
      this.events.push({ name: 'Hangup', at, id, cause, queueStatus: null });
    },
    LINKEDID_END: null,
  };

  take(record: CelRecord, index: number): void {
    this.#handlers[record.kind]?.(record, index);
  }

  #channelStarts(record: CelRecord): void {
    const { at, id, linkedId, channel, number, callerName, exten, headsetCall } = record;
    this.events.push({
      name: 'Newchannel',
      at,
      id,
      linkedId,
      channel,
      state: 'down',
      number,
      callerName,
      exten,
      headsetCall,
    });
    // The second half of a Local channel is what the first one dials.
    if (id === linkedId || channel.endsWith(';2')) return;
    const dialler = this.#dialling.at(-1) ?? linkedId;
    this.#diallerOf.set(id, dialler);
    this.events.push({ name: 'DialBegin', at, id: dialler, destId: id, destChannel: channel, dialString: null });
    if (this.#rang(record)) this.events.push({ name: 'Newstate', at, id, state: 'ringing', number: null });
  }

  /** One that is still being dialled rings, for all that is known. */
  #rang({ id, at }: CelRecord): boolean {
    const hangup = this.#hangups.get(id);
    if (hangup === undefined || this.#answers.has(id) || hangup.at - at >= NEVER_RANG_MICROS) return true;
    return TAKEN_BACK.has(hangup.extra.cause ?? 0);
  }

  #answered({ id, at }: CelRecord): void {
    this.events.push({ name: 'Newstate', at, id, state: 'up', number: null });
    const dialler = this.#diallerOf.get(id) ?? '';
    const queue = this.#queueOf.get(dialler);
    if (queue === undefined) return;
    this.#queueOf.delete(dialler);
    this.events.push({ name: 'QueueCallerLeave', at, id: dialler, queue });
  }

  #appStarts({ id, at, app, appData }: CelRecord, index: number): void {
    this.#dialling.push(id);
    if (app?.toLowerCase() !== 'queue' || !this.#joins(id, at, index)) return;
    const queue = appData?.split(',')[0] ?? '';
    if (queue === '' || queue.length > LONGEST_QUEUE_NAME) return;
    this.#queueOf.set(id, queue);
    this.events.push({ name: 'QueueCallerJoin', at, id, queue, position: null });
  }

  /** Whether the queue let the caller in. */
  #joins(id: string, startedAt: Micros, index: number): boolean {
    const later = this.#records.slice(index + 1).filter((record) => record.id === id);
    const [next, afterwards] = later;
    if (next?.kind !== 'APP_END') return true;
    if (afterwards?.kind === 'QUEUESTATUS') return !NOT_LET_IN.has(afterwards.extra.queueStatus ?? '');
    return next.at - startedAt >= NEVER_JOINED_MICROS || this.#endsWith(next.id, next.at) !== null;
  }

  #appEnds(record: CelRecord): void {
    const { id, at } = record;
    this.#mayEndBy(record);
    const running = this.#dialling.lastIndexOf(id);
    if (running !== -1) this.#dialling.splice(running, 1);
    const queue = this.#queueOf.get(id);
    if (queue === undefined) return;
    this.#queueOf.delete(id);
    this.events.push({ name: 'QueueCallerAbandon', at, id, queue }, { name: 'QueueCallerLeave', at, id, queue });
  }

  #entersBridge({ id, at, channel, extra: { bridge } }: CelRecord, index: number): void {
    if (bridge === null) return;
    // A phone that comes back after a reload takes the place of its own leg, which leaves in the same moment and ends.
    const left = this.#records[index - 1];
    const phone = extensionOf(channel);
    const cameBack =
      left?.kind === 'BRIDGE_EXIT' &&
      left.extra.bridge === bridge &&
      phone !== null &&
      extensionOf(left.channel) === phone &&
      this.#endsWith(left.id, left.at) !== null;
    this.events.push({ name: 'BridgeEnter', at, id, bridge, swapId: cameBack ? left.id : null });
  }

  #leavesBridge(record: CelRecord): void {
    const { id, at, extra } = record;
    this.#mayEndBy(record);
    if (extra.bridge !== null) this.events.push({ name: 'BridgeLeave', at, id, bridge: extra.bridge });
  }

  #attendedTransfer({ id, at, extra }: CelRecord): void {
    const secondId = this.#idOfChannel.get(extra.secondChannel ?? '');
    if (secondId !== undefined)
      this.events.push({ name: 'AttendedTransfer', at, firstId: id, secondId, destination: null });
  }

  /**
   * The record may belong to the end of its channel, or of the channel that was dialling it: whoever hung up is told first, as it
   * came first. Nobody is told when the dialplan went on and hung up by itself.
   */
  #mayEndBy({ kind, id, at }: CelRecord): void {
    const own = this.#endsWith(id, at);
    const dialler = this.#diallerOf.get(id);
    const hangup =
      own?.extra.source == null && dialler !== undefined && !this.#answers.has(id) ? this.#endsWith(dialler, at) : own;
    if (hangup === null) return;
    const device = this.#idOfChannel.get(hangup.extra.source ?? '');
    if (device !== undefined) return this.#asks('HangupRequest', device, at);
    // By a command: in the middle of a queue, or of dialling.
    const insideQueue = kind === 'APP_END' && hangup.at === at && this.#queueOf.has(id);
    if (hangup.extra.source === null && (insideQueue || hangup.extra.dialStatus === 'CANCEL'))
      this.#asks('SoftHangupRequest', hangup.id, at);
  }

  #asks(name: 'HangupRequest' | 'SoftHangupRequest', id: string, at: Micros): void {
    if (this.#askedToEnd.has(id)) return;
    this.#askedToEnd.add(id);
    this.events.push({ name, at, id, cause: null });
  }

  /** The channel's hang-up, if it came at that moment or right after it. */
  #endsWith(id: string, at: Micros): CelRecord | null {
    const hangup = this.#hangups.get(id);
    return hangup !== undefined && hangup.at - at <= BY_HANGUP_MICROS ? hangup : null;
  }
}
