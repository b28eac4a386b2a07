/** What the phone dials for what was typed: any writing of a number goes through the contract's normaliser. */
import { normalisePhone, type NumberingPlan } from '@headset/server/contract/phone-number.ts';

export type DialTarget =
  | { kind: 'empty' }
  /** `user` goes to the PBX; `shown` is for the operator to check before pressing. `after`: digits to key in when it answers. */
  | { kind: 'number'; user: string; shown: string; after: string | null }
  | { kind: 'unreadable' };

/** Service codes of the PBX (*43 is the echo test) go out as they are written. */
const serviceCode = /^\*\d{1,4}$/;

export function dialTarget(text: string, plan: NumberingPlan): DialTarget {
  const written = text.trim();
  if (written === '') return { kind: 'empty' };
  if (serviceCode.test(written)) return { kind: 'number', user: written, shown: written, after: null };
  const read = normalisePhone(written, plan);
  switch (read.kind) {
    case 'number':
      return { kind: 'number', user: read.e164, shown: read.e164, after: read.extension };
    case 'short':
      return { kind: 'number', user: read.digits, shown: read.digits, after: null };
    case 'hidden':
    case 'text':
      return { kind: 'unreadable' };
  }
}
