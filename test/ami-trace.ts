/** Reads a recorded AMI stream (test/fixtures/ami, made by `npm run record`): frames as text, and as the bridge's own types. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from 'asterisk-manager';
import { decodeEvent, type AmiEvent } from '../ami-bridge/src/ami/events.ts';
import { takeSnapshot, type Snapshot } from '../ami-bridge/src/ami/snapshot.ts';

const FIXTURES = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures/ami');

/** What the PBX did, in order: events, and moments at which it was asked for everything. */
export type Moment = { event: AmiEvent; frame: string } | { snapshot: Snapshot };

export type Answers = ReadonlyMap<string, string[]>;

export type Trace = {
  name: string;
  /** `scenario`, `asterisk`, `configuration`, `command`. */
  head: Record<string, string>;
  /** Every frame as text, without the answers to the recorder's questions; lines end in \n. */
  frames: string[];
  /** The answers to each round of questions, by action: rows as text. */
  rounds: readonly Answers[];
  moments: Moment[];
};

export function traceNames(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.ami'))
    .map((name) => name.slice(0, -'.ami'.length))
    .sort();
}

/** Where the facts that the trace must give are written. */
export function factsFile(name: string): string {
  return path.join(FIXTURES, `${name}.facts`);
}

export async function readTrace(name: string): Promise<Trace> {
  const [comments = '', ...texts] = readFileSync(path.join(FIXTURES, `${name}.ami`), 'utf8').split('\n\n');
  const head = Object.fromEntries(
    comments.split('\n').flatMap((line) => {
      const match = /^# (\w+): (.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
    }),
  );
  const trace: Trace = { name, head, frames: [], rounds: [], moments: [] };
  const rounds = new Map<string, Map<string, string[]>>();
  for (const text of texts.map((each) => each.trimEnd())) {
    const [, round, action] = /^ActionID: snapshot-(\d+)-(\w+)$/m.exec(text) ?? [];
    if (round === undefined || action === undefined) addEvent(trace, text);
    else await addAnswer(trace, rounds, round, action, text);
  }
  return { ...trace, rounds: [...rounds.values()] };
}

function addEvent(trace: Trace, frame: string): void {
  trace.frames.push(frame);
  const event = decodeEvent(parseFrame(frame), () => 0);
  if (event === 'invalid') throw new Error(`${trace.name}: an event cannot be read:\n${frame}`);
  if (event !== 'ignored') trace.moments.push({ event, frame });
}

/** The last question's list being complete, the round is a snapshot. */
async function addAnswer(
  trace: Trace,
  rounds: Map<string, Map<string, string[]>>,
  round: string,
  action: string,
  text: string,
): Promise<void> {
  const answers = rounds.get(round) ?? new Map<string, string[]>();
  rounds.set(round, answers);
  answers.set(action, [...(answers.get(action) ?? []), text]);
  if (action === 'DeviceStateList' && text.includes('EventList: Complete')) {
    trace.moments.push({ snapshot: await recordedSnapshot(answers) });
  }
}

/** Asks the recorded answers what the bridge would ask the PBX. */
function recordedSnapshot(answers: ReadonlyMap<string, string[]>): Promise<Snapshot> {
  const rows = (action: string): Frame[] => (answers.get(action) ?? []).map(parseFrame);
  const session = {
    action: ({ Action }: { Action: string }) => Promise.resolve(rows(Action)[0] ?? {}),
    list: ({ Action }: { Action: string }) =>
      Promise.resolve(rows(Action).filter(({ eventlist }) => eventlist === undefined)),
  };
  return takeSnapshot(session, null, () => 0);
}

/** A frame's text as asterisk-manager would give it. */
export function parseFrame(text: string): Frame {
  const frame: Frame = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    const key = line
      .slice(0, colon === -1 ? line.length : colon)
      .replace(/:$/, '')
      .toLowerCase();
    const value = colon === -1 ? '' : line.slice(colon + 2);
    if (key === 'chanvariable' || key === 'variable') addVariable(frame, key, value);
    else frame[key] = key in frame ? [frame[key] as string, value].flat() : value;
  }
  return frame;
}

function addVariable(frame: Frame, key: string, line: string): void {
  const equals = line.indexOf('=');
  const variables = frame[key];
  const known = typeof variables === 'object' && !Array.isArray(variables) ? variables : {};
  frame[key] = { ...known, [line.slice(0, equals)]: line.slice(equals + 1) };
}
