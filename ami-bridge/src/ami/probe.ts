/**
 * The doctor's probe: a Local channel to nowhere, by which events and the record have something to show. It is no call: neither the
 * tracker nor what reads the record tells it.
 */
import { randomInt } from 'node:crypto';

const PREFIX = 'headset-doctor-';

/** As Asterisk's own ids end: seconds since 1970, a dot, digits. */
export function newProbeId(now: Date): string {
  return `${PREFIX}${Math.floor(now.getTime() / 1000)}.${randomInt(1e9)}`;
}

/** Both halves of the probe, by their own id or the id that links them. */
export function isProbe(id: string): boolean {
  return id.startsWith(PREFIX);
}
