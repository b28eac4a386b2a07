/** Days end by the organisation's zone, not by the browser's. */
import { dayKey } from '../i18n/format.ts';

/**
 * The instant at which a calendar day of the zone begins.
 * @param daysBack 0 is the day that holds `now`, 1 the one before.
 */
export function startOfDay(now: Date, zone: string, daysBack = 0): Date {
  const [year = 0, month = 1, day = 1] = dayKey(now, zone).split('-').map(Number);
  const wanted = new Date(Date.UTC(year, month - 1, day - daysBack));
  // The offset is asked for twice: near a change of clocks the first guess may lie on its other side.
  const guess = wanted.getTime() - offsetMs(wanted, zone);
  return new Date(wanted.getTime() - offsetMs(new Date(guess), zone));
}

/** How far the zone's clock is ahead of UTC at this instant. */
function offsetMs(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(at.getTime() / 1000) * 1000;
}
