/**
 * A recorded call that can be played many times over: everything by which its copies must differ is a place in a template (ids, channel
 * names, extensions, the caller's number, instants), all else stays as Asterisk wrote it.
 */
import type { Frame as Headers } from 'asterisk-manager';
import { identifier, text, timestamp } from '../../../ami-bridge/src/ami/header.ts';
import { parseFrame } from '../../ami-trace.ts';
import { asSent } from '../../raw-ami.ts';

export type Place =
  { kind: 'id' | 'bridge' | 'sequence' | 'extension'; original: string } | { kind: 'caller' | 'timestamp' };
export type Template = readonly (string | Place)[];

type Frame = {
  afterMs: number;
  template: Template;
  /** The id of the leg whose phone begins to ring with this frame, and which phone that is. */
  offers: { leg: string; extension: string } | null;
};

export type CallTrace = {
  name: string;
  frames: readonly Frame[];
  /** Of its first leg, as recorded: from it comes the call's own id. */
  firstLeg: string;
  /** Agents' phones that have a part in it, as recorded. */
  extensions: readonly string[];
  /** What the call leaves in the log. */
  legs: number;
  queueVisits: number;
};

const LEG_ID = /^\w*(uniqueid|linkedid)$/;
const CHANNEL = /PJSIP\/([\w.-]+?)-([0-9a-f]{8})\b/g;
const AGENT = /^\d{3,6}$/;

/** Reads the call out of recorded frames; throws when it is not one inbound call that rings at an agent's phone. */
export function readCallTrace(name: string, recorded: readonly string[]): CallTrace {
  const heard = recorded.map((frame) => ({ text: asSent(frame), headers: parseFrame(frame) }));
  const channels = heard.flatMap((frame) => (concernsLeg(frame.headers) ? [...frame.text.matchAll(CHANNEL)] : []));
  const extensions = [...new Set(channels.flatMap(([, owner = '']) => (AGENT.test(owner) ? [owner] : [])))];
  const frames = heard.filter(({ headers }) => concernsLeg(headers) || concernsPhone(headers, extensions));
  const count = (event: string) => frames.filter(({ headers }) => headers.event === event).length;
  const first = frames.find(({ headers }) => headers.event === 'Newchannel')?.headers ?? {};
  const [firstLeg, caller] = [identifier(first, 'uniqueid'), text(first, 'calleridnum')];
  if (firstLeg === null || caller === null) throw new Error(`${name} does not begin with somebody's call`);

  const places = new Map<string, Place>([[caller, { kind: 'caller' }]]);
  for (const { headers } of frames) for (const place of idsIn(headers)) places.set(place.original, place);
  for (const [, , original = ''] of channels) places.set(original, { kind: 'sequence', original });
  for (const original of extensions) places.set(original, { kind: 'extension', original });
  const split = splitter(places);
  const startedAt = timestamp(first) ?? 0;
  const played = frames.map((frame) => ({
    afterMs: Math.max(0, ((timestamp(frame.headers) ?? startedAt) - startedAt) / 1000),
    template: split(frame.text),
    offers: offerIn(frame.headers, extensions),
  }));
  if (!played.some(({ offers }) => offers)) throw new Error(`${name} rings at nobody's phone`);
  return {
    name,
    frames: played,
    firstLeg,
    extensions,
    legs: count('Newchannel'),
    queueVisits: count('QueueCallerJoin'),
  };
}

const concernsLeg = (headers: Headers): boolean => Object.keys(headers).some((name) => LEG_ID.test(name));

/** What the bridge hears of a phone beside the call: as a member of a queue, as a device. */
function concernsPhone(headers: Headers, extensions: readonly string[]): boolean {
  const phone = text(headers, 'interface') ?? text(headers, 'device');
  return extensions.some((extension) => phone === `PJSIP/${extension}`);
}

function idsIn(headers: Headers): Extract<Place, { original: string }>[] {
  return Object.keys(headers).flatMap((name) => {
    const original = LEG_ID.test(name) ? identifier(headers, name) : null;
    if (original === null) return [];
    return [{ kind: name.startsWith('bridge') ? ('bridge' as const) : ('id' as const), original }];
  });
}

/** Ringing is channel state 5. A phone that AgentCalled names but that never rings is never offered the call. */
function offerIn(headers: Headers, extensions: readonly string[]): Frame['offers'] {
  if (headers.event !== 'Newstate' || headers.channelstate !== '5') return null;
  const extension = /^PJSIP\/([\w.]+)-/.exec(text(headers, 'channel') ?? '')?.[1];
  const leg = identifier(headers, 'uniqueid');
  return leg !== null && extension !== undefined && extensions.includes(extension) ? { leg, extension } : null;
}

function splitter(places: ReadonlyMap<string, Place>): (text: string) => Template {
  const longestFirst = [...places.keys()].toSorted((a, b) => b.length - a.length).map(escapeRegExp);
  const pattern = new RegExp(`(?<=^Timestamp: )[\\d.]+|(?<![\\w.])(?:${longestFirst.join('|')})(?![\\w])`, 'gm');
  return (text) => {
    const template: (string | Place)[] = [];
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      template.push(text.slice(from, match.index), places.get(match[0]) ?? { kind: 'timestamp' });
      from = match.index + match[0].length;
    }
    return [...template, text.slice(from)];
  };
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
