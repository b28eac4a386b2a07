/** Who is at the end of a channel, read from its name. */
import type { Party } from '../domain-events.ts';

/** Our phones are endpoints named by their extension, which is all digits; a trunk's name is not. */
const EXTENSION = /^\d{2,6}$/;

/**
 * The extension whose phone a channel, device or queue interface is: `PJSIP/1001-0000001a`, `PJSIP/1001`,
 * `Local/1001@from-queue/n`. Null for trunks and all else.
 */
export function extensionOf(device: string): string | null {
  const match = /^(?:PJSIP|SIP|IAX2)\/(\w+)(?:-[0-9a-f]+)?$|^Local\/(\w+)@/i.exec(device);
  const name = match?.[1] ?? match?.[2];
  return name !== undefined && EXTENSION.test(name) ? name : null;
}

/** What the two ends of a Local channel have in common: `Local/5001@from-queue-00000001` of `…;1`. Null for every other channel. */
export function localPairOf(channel: string): string | null {
  return /^(Local\/.+);[12]$/.exec(channel)?.[1] ?? null;
}

/** The extension of a queue member: its name where that is one, else what its interface says. */
export function extensionOfMember(member: string | null, dialled: string): string | null {
  return member !== null && EXTENSION.test(member) ? member : extensionOf(dialled);
}

export function phone(extension: string, name: string | null = null): Party {
  return { number: extension, name, extension };
}

/** A caller who hides the number travels as the user "anonymous" (RFC 3323, 4.1.1.3), in whatever case the network writes it. */
const HIDDEN = /^anonymous$/i;

export function outsider(number: string | null, name: string | null): Party {
  return { number: number !== null && HIDDEN.test(number) ? null : number, name, extension: null };
}
