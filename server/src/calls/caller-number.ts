/** The number at the other side of a call, read by the organisation's rules. */
import { normalisePhone, type NumberingPlan } from '../contract/phone-number.ts';

/** Null when hidden, or not a number. */
export function e164Of(number: string | null, plan: NumberingPlan): string | null {
  const read = normalisePhone(number ?? '', plan);
  return read.kind === 'number' ? read.e164 : null;
}

export const isHidden = (number: string | null, plan: NumberingPlan): boolean =>
  normalisePhone(number ?? '', plan).kind === 'hidden';
