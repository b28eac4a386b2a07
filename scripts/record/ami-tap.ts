/**
 * A second ear at the PBX: logs in as the bridge does and writes down every frame as it came. Asks for the PBX's state as the bridge
 * does, so that a recording can answer those questions when it is played back.
 */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** Asked by the bridge after each login (ami-bridge/src/ami/snapshot.ts), with what ends the answer. */
const QUESTIONS: readonly [action: string, end: string][] = [
  ['CoreSettings', 'Response: Success'],
  ['Ping', 'Ping: Pong'],
  ['CoreShowChannels', 'EventList: Complete'],
  ['QueueStatus', 'EventList: Complete'],
  ['DeviceStateList', 'EventList: Complete'],
];

type Waiting = { matches: (frame: string) => boolean; seen: () => void };

export class AmiTap {
  readonly #socket: Socket;
  /** Frames since the login, lines ended by \n. */
  readonly frames: string[] = [];
  #rest = '';
  #waiting: Waiting[] = [];
  #questions = 0;
  /** Frames that `next` has not looked at yet. */
  #unseen = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#receive(chunk));
  }

  static async open(port: number, secret: string, user = 'bridge'): Promise<AmiTap> {
    const socket = createConnection({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    const tap = new AmiTap(socket);
    const booted = tap.#frame((frame) => frame.startsWith('Event: FullyBooted'));
    tap.#write({ Action: 'Login', Username: user, Secret: secret });
    await booted;
    // The answer to Login is no part of the recording.
    tap.frames.splice(0, tap.frames.length - 1);
    await tap.action({ Action: 'Events', EventMask: 'system,call,agent,user' });
    tap.frames.splice(1);
    return tap;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Sends an action and resolves with its response. */
  async action(fields: Record<string, string>): Promise<string> {
    const id = `record-${fields.Action ?? ''}-${Math.random()}`;
    const answer = this.#frame((frame) => frame.includes(`ActionID: ${id}`));
    this.#write({ ...fields, ActionID: id });
    const response = await answer;
    this.frames.splice(this.frames.indexOf(response), 1);
    return response;
  }

  /** Asks for everything that a reconcile needs; the answers become part of the recording, as `snapshot-<n>-<action>`. */
  async snapshot(): Promise<void> {
    const n = this.#questions++;
    for (const [action, end] of QUESTIONS) {
      const id = `snapshot-${n}-${action}`;
      const answered = this.#frame((frame) => frame.includes(`ActionID: ${id}\n`) && frame.includes(end));
      this.#write({ Action: action, ActionID: id });
      await answered;
    }
  }

  /** Resolves with the next frame of that event, of those that came since the last `next` or that will come. */
  async next(event: string, ...including: string[]): Promise<string> {
    const matches = (frame: string): boolean =>
      frame.startsWith(`Event: ${event}\n`) && including.every((text) => frame.includes(text));
    const found = this.frames.findIndex((frame, index) => index >= this.#unseen && matches(frame));
    if (found === -1) return this.#frame(matches);
    this.#unseen = found + 1;
    return this.frames[found] ?? '';
  }

  #frame(matches: (frame: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push({ matches, seen: () => resolve(this.frames.at(-1) ?? '') });
    });
  }

  #write(fields: Record<string, string>): void {
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`${lines.join('')}\r\n`);
  }

  #receive(chunk: string): void {
    const frames = (this.#rest + chunk).split('\r\n\r\n');
    this.#rest = frames.pop() ?? '';
    for (const raw of frames) {
      const frame = `${raw.replace(/^Asterisk Call Manager\S*\r\n/, '').replaceAll('\r\n', '\n')}\n`;
      this.frames.push(frame);
      const seen = this.#waiting.filter(({ matches }) => matches(frame));
      this.#waiting = this.#waiting.filter((each) => !seen.includes(each));
      if (seen.length > 0) this.#unseen = this.frames.length;
      for (const each of seen) each.seen();
    }
  }
}
