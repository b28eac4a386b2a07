/** What the doctor found out about a PBX, before any judgement. */
import type { SessionEnd } from '../ami/session.ts';

export type Facts = {
  address: { host: string; port: number; user: string };
  /** Null when the PBX did not let us in: `link` says how. */
  pbx: PbxFacts | null;
  /** `ready`, or how the attempt to connect and log in ended. */
  link: 'ready' | SessionEnd;
  record: RecordFacts;
  phones: WebSocketFacts;
  /** Null without a database to compare with. */
  directory: Directory | null;
};

export type PbxFacts = {
  /** Null when our user may not ask (no write=reporting). */
  version: string | null;
  /** FullyBooted came after the login. */
  booted: boolean;
  /** The PBX's clock minus ours. Null when it does not tell. */
  clockOffsetMs: number | null;
  /** Actions that the PBX lists for our user, in lower case. */
  actions: readonly string[];
  probe: Probe;
  heard: Heard;
  queues: readonly string[];
  members: readonly Member[];
  /** Hints that members' states hang on, and do not exist. */
  missingHints: readonly string[];
  /** Extensions whose devices the PBX knows. Null when our user may not ask. */
  extensions: readonly string[] | null;
};

/**
 * made: a Local channel to nowhere was ordered (it rings nobody), and a member's penalty was set to what it is · off: not wanted ·
 * not_allowed: our user may neither order calls nor change members · no_context: the context of click-to-call does not have the
 * extensions.
 */
export type Probe = 'made' | 'off' | 'not_allowed' | 'no_context';

export type Heard = {
  /** How many events came after FullyBooted. */
  events: number;
  /** Names of events, and classes (`call`, `agent`, …) of which there was one. */
  names: ReadonlySet<string>;
  classes: ReadonlySet<string>;
  /** Any event had a Timestamp. */
  timestamped: boolean;
  /** Variables that the events of channels carried. Null when no channel was heard of. */
  variables: ReadonlySet<string> | null;
  /** Whether the probe's change of a member could be made, and so must have been heard. */
  memberProbed: boolean;
};

export type Member = {
  queue: string;
  interface: string;
  stateInterface: string | null;
  /** Null when neither its name nor its interface tells. */
  extension: string | null;
};

export type RecordFacts =
  | { source: 'none' }
  | { source: 'file'; file: string; state: 'missing' | 'unreadable' | 'foreign' }
  | {
      source: 'file';
      file: string;
      state: 'readable';
      /** Age of the last entry in seconds, by our clock. Null for an empty file. */
      lastAgeSeconds: number | null;
      /** Whether it holds the probe. Null when none was made. */
      hasProbe: boolean | null;
      /** The column of our call id holds something else: an account code. */
      foreignCallIds: boolean;
    };

export type WebSocketFacts = {
  url: string;
  state: 'answers' | 'refused' | 'unreachable' | 'no_sip' | 'untrusted';
};

export type Directory = {
  agents: readonly { login: string; extension: string | null }[];
  /** Codes of queues. */
  queues: readonly string[];
};
