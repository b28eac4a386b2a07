/**
 * One entry of the PBX's own record of calls (Asterisk's channel event log), whatever it was read from: `cel.csv` on the PBX's volume,
 * or the table `cel` of an existing PBX's `asteriskcdrdb`, which has the same columns.
 */
import type { Micros } from '../ami/header.ts';

/**
 * The kinds that are used, in Asterisk's own words; all others are left out when they are read. QUEUESTATUS is a user-defined one,
 * which our dialplan adds when a caller comes out of a queue and goes on (pbx/README.md).
 */
export const CEL_KINDS = [
  'CHAN_START',
  'ANSWER',
  'APP_START',
  'APP_END',
  'BRIDGE_ENTER',
  'BRIDGE_EXIT',
  'BLINDTRANSFER',
  'ATTENDEDTRANSFER',
  'LOCAL_OPTIMIZE_BEGIN',
  'LOCAL_OPTIMIZE',
  'HANGUP',
  'CHAN_END',
  'LINKEDID_END',
  'QUEUESTATUS',
] as const;
export type CelKind = (typeof CEL_KINDS)[number];

export type CelRecord = {
  kind: CelKind;
  at: Micros;
  /** Our id of the call, once the dialplan or Originate has set it. */
  headsetCall: string | null;
  /** The channel's id, and that of the oldest channel it has to do with by now. */
  id: string;
  linkedId: string;
  channel: string;
  number: string | null;
  callerName: string | null;
  exten: string | null;
  app: string | null;
  appData: string | null;
  extra: CelExtra;
};

/** What only some kinds carry; null everywhere else. */
export type CelExtra = {
  /** HANGUP: the Q.850 cause, and the channel whose device hung up. A source that is no channel is the dialplan or a command. */
  cause: number | null;
  source: string | null;
  /** HANGUP: how the last dialling that the channel did ended, in the dialplan's words (DIALSTATUS). */
  dialStatus: string | null;
  /** BRIDGE_ENTER, BRIDGE_EXIT. */
  bridge: string | null;
  /** BLINDTRANSFER: where to. */
  exten: string | null;
  /** ATTENDEDTRANSFER: the channel of the consultation that the same phone held. */
  secondChannel: string | null;
  /** QUEUESTATUS: app_queue's word for how the stay ended. */
  queueStatus: string | null;
};
