/** What a recorded scenario has to play with: the people, and the numbers that they have. */
import type { Carrier } from '../../pbx/carrier/carrier.ts';
import type { AmiTap } from './ami-tap.ts';
import type { SipPhone } from './sip-phone.ts';

export type Stage = { carrier: Carrier; tap: AmiTap; olga: SipPhone; pavel: SipPhone };

export type Scenario = {
  title: string;
  /** Played at the FreePBX-like PBX; without it at ours. */
  pbx?: 'freepbx';
  /** Extensions that take calls of the queue. */
  members: readonly string[];
  play: (stage: Stage) => Promise<void>;
};

/** Extensions of the two phones. */
export const OLGA = '1001';
export const PAVEL = '1002';

/** Numbers that nobody has: local parts that begin with 0. */
export const MAIN = '74950000100';
export const CALLER = '74950012233';
export const SECOND_CALLER = '74712001122';
export const PERSON = '74950000311';
export const BUSY = '74950000313';
export const SILENT = '74950000314';
export const UNOBTAINABLE = '74950000315';

export const callIn = (carrier: Carrier, from: string | null = CALLER): Promise<{ id: string }> =>
  carrier.placeCall({ from, to: MAIN, scenario: 'talk', keys: '0' });

export const seconds = (n: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, n * 1000));
