/** An AMI port under a test's control, byte by byte: answers login and the bridge's questions from a recording, or keeps silent. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Answers } from './ami-trace.ts';

export type RawAmiManners = {
  login: 'accept' | 'refuse' | 'ignore';
  /** false: takes actions in and never answers. */
  answers: boolean;
  /** An action whose answer waits for `release`. */
  holds: string | null;
};

export class RawAmi {
  readonly manners: RawAmiManners = { login: 'accept', answers: true, holds: null };
  /** Every action of every connection, as header → value, keys in lower case. */
  readonly actions: Record<string, string>[] = [];
  connections = 0;
  /** Told each action after it was answered. */
  onAction: (action: Readonly<Record<string, string>>) => void = () => {};
  readonly #server: Server;
  #socket: Socket | null = null;
  #held: (() => void) | null = null;

  private constructor(public recorded: Answers) {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Listens on a free port; questions are answered with a round of a recording's answers, which may be changed under way. */
  static async listen(recorded: Answers): Promise<RawAmi> {
    const ami = new RawAmi(recorded);
    await new Promise<void>((resolve) => ami.#server.listen(0, '127.0.0.1', resolve));
    return ami;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Bytes to the present connection, exactly as they are. */
  write(bytes: string | Buffer): void {
    this.#socket?.write(bytes);
  }

  /** Frames whose lines end in \n, as Asterisk would send them. */
  say(...frames: string[]): void {
    this.write(asSent(...frames));
  }

  get holding(): boolean {
    return this.#held !== null;
  }

  /** Gives the answer that was held. */
  release(): void {
    this.#held?.();
    this.#held = null;
  }

  /** Ends the present connection at once. */
  cut(): void {
    this.#socket?.resetAndDestroy();
    this.#socket = null;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.connections++;
    this.#socket = socket;
    let rest = '';
    socket.on('error', () => socket.destroy());
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    socket.on('data', (chunk) => {
      const texts = (rest + chunk.toString()).split('\r\n\r\n');
      rest = texts.pop() ?? '';
      for (const action of texts.map(readAction)) {
        this.actions.push(action);
        this.#act(socket, action);
        this.onAction(action);
      }
    });
  }

  #act(socket: Socket, action: Readonly<Record<string, string>>): void {
    const id = action.actionid ?? '';
    const respond = (response: string, ...rows: string[]): void =>
      void socket.write(asSent(`Response: ${response}\nActionID: ${id}`, ...rows));
    if (action.action === 'login') {
      if (this.manners.login === 'accept') respond('Success', 'Event: FullyBooted\nUptime: 100\nStatus: Fully Booted');
      if (this.manners.login === 'refuse') respond('Error\nMessage: Authentication failed');
      return;
    }
    if (!this.manners.answers) return;
    const recorded = this.recorded.get(action.action ?? '');
    if (recorded === undefined) return respond('Success');
    // The PBX's clock is ours, so that its time goes on.
    const now = `Timestamp: ${(Date.now() / 1000).toFixed(6)}`;
    const answer = recorded.map((row) =>
      row.replace(/^ActionID: .*$/m, `ActionID: ${id}`).replace(/^Timestamp: .*$/m, now),
    );
    const give = (): void => void socket.write(asSent(...answer));
    if (this.manners.holds === action.action) this.#held = give;
    else give();
  }
}

function readAction(text: string): Record<string, string> {
  const lines = text
    .split('\r\n')
    .map((line) => [line.split(': ', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: ?/, '')]);
  return Object.fromEntries(lines) as Record<string, string>;
}

export const asSent = (...frames: string[]): string =>
  frames.map((frame) => `${frame.replaceAll('\n', '\r\n')}\r\n\r\n`).join('');
