/** Asks a PBX, by the same kind of connection that the bridge uses, and listens a while. Nobody's phone rings. */
import type { Frame } from 'asterisk-manager';
import { decodeMember } from '../ami/events.ts';
import { identifier, text, timestamp } from '../ami/header.ts';
import { newProbeId } from '../ami/probe.ts';
import { AmiSession, RefusedByPbx, type AmiAddress, type SessionEnd } from '../ami/session.ts';
import { extensionOf, extensionOfMember } from '../tracker/party.ts';
import type { Facts, Member, PbxFacts, Probe } from './facts.ts';
import { Listener } from './listener.ts';

export type ExamineOptions = {
  /** Context of click-to-call. */
  dialContext: string;
  /** How long to listen at most; less when all that is waited for was heard. */
  listenMs: number;
  /** May order a call to nowhere, and set a member's penalty to what it is. */
  probe: boolean;
};

export type Examination = Pick<Facts, 'link' | 'pbx'> & {
  /** Id of the probe's channel, which the PBX's record has too. Null when none was made. */
  probeId: string | null;
};

const BOOTED_MS = 2_000;
/** What a PBX that lets us see everything sends within a probe. */
const AWAITED_CLASSES = ['call', 'agent'];

export async function examine(address: AmiAddress, options: ExamineOptions): Promise<Examination> {
  const listener = new Listener();
  let onEnd: (end: SessionEnd) => void = () => {};
  const ended = new Promise<SessionEnd>((resolve) => (onEnd = resolve));
  const session = new AmiSession(address, {
    onEvent: (frame) => listener.hear(frame),
    onUnknownFrame: () => {},
    onEnd: (end) => onEnd(end),
  });
  const asked = session.authenticated().then(() => ask(session, listener, options));
  try {
    const outcome = await Promise.race([asked, ended]);
    return typeof outcome === 'string' ? { link: outcome, pbx: null, probeId: null } : { link: 'ready', ...outcome };
  } catch {
    // An action failed because the connection did: how, the session tells.
    return { link: await ended, pbx: null, probeId: null };
  } finally {
    session.close();
  }
}

async function ask(session: AmiSession, listener: Listener, options: ExamineOptions) {
  const booted = await listener.until(() => listener.hasName('FullyBooted'), BOOTED_MS);
  const actions = Object.keys(await session.action({ Action: 'ListCommands' }));
  const settings = await orNull(session.action({ Action: 'CoreSettings' }));
  const clockOffsetMs = await measureClock(session);
  const rows = await session.list({ Action: 'QueueStatus' });
  const members = membersOf(rows);
  const probed = await makeProbe(session, actions, members, options);
  const awaited = (): boolean => AWAITED_CLASSES.every((name) => listener.hasClass(name));
  await listener.until(awaited, options.listenMs);
  const pbx: PbxFacts = {
    version: settings === null ? null : text(settings, 'asteriskversion'),
    booted,
    clockOffsetMs,
    actions,
    probe: probed.probe,
    heard: listener.heard(probed.memberProbed),
    queues: rows.filter(({ event }) => event === 'QueueParams').flatMap((row) => identifier(row, 'queue') ?? []),
    members,
    missingHints: await missingHints(session, members),
    extensions: await knownExtensions(session),
  };
  return { pbx, probeId: probed.id };
}

/** Half-way between question and answer, as the bridge measures it. */
async function measureClock(session: AmiSession): Promise<number | null> {
  const askedAt = Date.now();
  const told = timestamp(await session.action({ Action: 'Ping' }));
  return told === null ? null : Math.round(told / 1000 - (askedAt + Date.now()) / 2);
}

function membersOf(rows: readonly Frame[]): Member[] {
  return rows
    .filter(({ event }) => event === 'QueueMember')
    .flatMap((row) => decodeMember(row) ?? [])
    .map(({ queue, interface: dialled, stateInterface, member }) => ({
      queue,
      interface: dialled,
      stateInterface,
      extension: extensionOfMember(member, dialled),
    }));
}

type Probed = { probe: Probe; id: string | null; memberProbed: boolean };

/**
 * A Local channel into a context that does not exist: its two halves begin and end, in events and in the record, and nothing is
 * dialled. A member's penalty set to what it is changes nothing, and is told as if it did.
 */
async function makeProbe(
  session: AmiSession,
  actions: readonly string[],
  members: readonly Member[],
  { probe, dialContext }: ExamineOptions,
): Promise<Probed> {
  if (!probe) return { probe: 'off', id: null, memberProbed: false };
  const memberProbed = actions.includes('queuepenalty') && (await touchMember(session));
  if (!actions.includes('originate')) return { probe: 'not_allowed', id: null, memberProbed };
  const id = newProbeId(new Date());
  const extension =
    members.find((member) => member.extension !== null)?.extension ?? (await knownExtensions(session))?.[0];
  const order = {
    Action: 'Originate',
    Channel: 'Local/probe@headset-doctor',
    ChannelId: id,
    // Asterisk wants a place that exists, where an answered call would go; this one is never answered.
    Context: dialContext,
    Exten: extension ?? 's',
    Priority: '1',
    Async: 'true',
  };
  const made = await orNull(session.action(order));
  return made === null ? { probe: 'no_context', id: null, memberProbed } : { probe: 'made', id, memberProbed };
}

async function touchMember(session: AmiSession): Promise<boolean> {
  const rows = await session.list({ Action: 'QueueStatus' });
  const [member] = rows.filter(({ event }) => event === 'QueueMember').flatMap((row) => decodeMember(row) ?? []);
  if (member === undefined) return false;
  const { queue, penalty } = member;
  const same = { Action: 'QueuePenalty', Queue: queue, Interface: member.interface, Penalty: String(penalty) };
  return (await orNull(session.action(same))) !== null;
}

/** Of `hint:5001@ext-local`, those that the PBX does not have. Empty when our user may not ask. */
async function missingHints(session: AmiSession, members: readonly Member[]): Promise<string[]> {
  const hints = new Set(members.flatMap(({ stateInterface }) => stateInterface ?? []));
  const missing: string[] = [];
  for (const hint of hints) {
    const [, exten, context] = /^hint:([^@]+)@(.+)$/i.exec(hint) ?? [];
    if (exten === undefined || context === undefined) continue;
    const state = await orNull(session.action({ Action: 'ExtensionState', Exten: exten, Context: context }));
    if (state !== null && text(state, 'status') === '-1') missing.push(hint);
  }
  return missing;
}

async function knownExtensions(session: AmiSession): Promise<string[] | null> {
  const rows = await orNull(session.list({ Action: 'DeviceStateList' }));
  if (rows === null) return null;
  return [...new Set(rows.flatMap((row) => extensionOf(identifier(row, 'device') ?? '') ?? []))];
}

/** Null when the PBX refuses: a right that is missing is a finding, no error. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RefusedByPbx) return null;
    throw error;
  }
}
