/**
 * The call that a reload of the page would cut: the PBX keeps its side of it alive for some seconds, and what is kept here is what names
 * it to the PBX (RFC 3891, Replaces). Per tab, and gone with it.
 */
import { z } from 'zod';

const storageKey = 'headset.call';
/** The PBX gives a silent leg up after 20 s (`rtp_timeout`): an older one cannot be taken back. */
const longestAbsenceMs = 20_000;

const keptCallSchema = z.object({
  callId: z.string(),
  localTag: z.string(),
  remoteTag: z.string(),
  number: z.string().nullable(),
  /** When the page was last seen alive with it; wall clock, because the monotonic one begins anew with the page. */
  aliveAt: z.number(),
});
export type KeptCall = z.infer<typeof keptCallSchema>;

export function keepCall(call: Omit<KeptCall, 'aliveAt'>): void {
  write(JSON.stringify({ ...call, aliveAt: Date.now() }));
}

export function forgetCall(): void {
  write(null);
}

/** The call of the page before this one, once; null when there is none, or it is too old. */
export function takeKeptCall(): KeptCall | null {
  const stored = read();
  forgetCall();
  const call = stored === null ? null : keptCallSchema.safeParse(stored).data;
  return call && Date.now() - call.aliveAt < longestAbsenceMs ? call : null;
}

/** The header that makes an INVITE take the place of this dialog. Its tags are named as the PBX sees them. */
export function replacesHeader({ callId, localTag, remoteTag }: KeptCall): string {
  return `Replaces: ${callId};to-tag=${remoteTag};from-tag=${localTag}`;
}

function read(): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
  } catch {
    return null;
  }
}

/** Where storage is forbidden a reload cuts the call, as it does everywhere else. */
function write(text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, text);
  } catch {
    return;
  }
}
