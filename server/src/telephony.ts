/** Is the telephony there? Only while its bridge is heard, says that it is logged in at the PBX, and the last fact about the PBX agrees. */
import type { Telephony } from './contract/desk.ts';
import type { LinkState } from './pbx-link.ts';

/** `pbx`: the last fact about the PBX, or null when there never was one. Instants in milliseconds since 1970. */
export function telephonyOf(
  link: LinkState,
  pbx: { connected: boolean; since: number } | null,
  now: number,
): Telephony {
  const since = downSince(link, pbx, now);
  const notReconciledSince = link.up ? (link.beat?.notReconciledSince ?? null) : null;
  if (since === null) return { state: 'connected', ...(notReconciledSince !== null && { notReconciledSince }) };
  return { state: 'disconnected', since: new Date(since).toISOString(), ageMs: Math.max(0, now - since) };
}

function downSince(link: LinkState, pbx: { connected: boolean; since: number } | null, now: number): number | null {
  if (!link.up) return link.since;
  if (!pbx) return now;
  if (!pbx.connected) return pbx.since;
  return link.beat === null || link.beat.pbx === 'ready' ? null : now;
}
