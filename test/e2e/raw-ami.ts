/** An AMI session as plain text: for what tests ask of the PBX itself, without the bridge between. */
import { connect, type Socket } from 'node:net';
import { until } from '../until.ts';

/** Headers by name; the values of a header that came more than once stand one a line. */
export type Message = Record<string, string>;

export class RawAmi {
  /** All that came, responses and events, oldest first. */
  readonly messages: Message[] = [];
  readonly #socket: Socket;
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
  }

  /** Connects and logs in; a refused login is an error. */
  static async login(port: number, secret: string): Promise<RawAmi> {
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const ami = new RawAmi(socket);
    const { Response, Message: why } = await ami.ask({ Action: 'Login', Username: 'bridge', Secret: secret });
    if (Response !== 'Success') throw new Error(`AMI login refused: ${why}`);
    return ami;
  }

  /** Sends an action and resolves with its response. */
  async ask(action: Message): Promise<Message> {
    const ActionID = `test-${this.messages.length}-${Math.random().toString(36).slice(2)}`;
    const lines = Object.entries({ ...action, ActionID }).map(([key, value]) => `${key}: ${value}\r\n`);
    this.#socket.write(`${lines.join('')}\r\n`);
    return this.until((message) => message.Response !== undefined && message.ActionID === ActionID);
  }

  /** Resolves with the first message, from the beginning of the session on, for which `wanted` is true. */
  until(wanted: (message: Message) => boolean, withinMs = 20_000): Promise<Message> {
    return until('a message of AMI', () => this.messages.find(wanted), withinMs);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    const parts = (this.#rest + chunk).split('\r\n\r\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const message: Message = {};
      for (const line of part.split('\r\n')) {
        const [, key = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
        // A header may come again, ChanVariable for one.
        message[key] = message[key] === undefined ? value : `${message[key]}\n${value}`;
      }
      this.messages.push(message);
    }
  }
}
