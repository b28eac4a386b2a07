/** The server as a bridge sees it: takes facts, acknowledges them when it may, forgets nothing. */
import { createServer, type Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Command, CommandResult } from '../ami-bridge/src/commands.ts';
import type { DomainEvent } from '../ami-bridge/src/domain-events.ts';
import type { BridgeToServer, Delivery, ServerToBridge } from '../ami-bridge/src/pbx-link.ts';

type BridgeSocket = Socket<BridgeToServer, ServerToBridge>;

export class PlayedServer {
  /** Every delivery as it came, also those that came twice. */
  readonly deliveries: (Delivery & { epoch: string })[] = [];
  readonly token = 'token-of-the-played-server';
  beats = 0;
  bridges = 0;
  /** false: takes facts in, and never says that they are committed. */
  commits = true;
  readonly #committed = new Map<string, number>();
  readonly #http: HttpServer = createServer();
  readonly #io = new Server<BridgeToServer, ServerToBridge>(this.#http);
  #socket: BridgeSocket | null = null;

  static async listen(port = 0): Promise<PlayedServer> {
    const server = new PlayedServer();
    server.#io.of('/pbx').use((socket, next) => {
      next(socket.handshake.auth.token === server.token ? undefined : new Error('unauthorized'));
    });
    server.#io.of('/pbx').on('connection', (socket: BridgeSocket) => server.#accept(socket));
    await new Promise<void>((resolve) => server.#http.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The facts of calls, each once: as the ledger would hold them. */
  get ledger(): DomainEvent[] {
    const facts = this.deliveries.map(({ event }) => event).filter(({ callId }) => callId !== '');
    return [...new Map(facts.map((fact) => [identity(fact), fact])).values()];
  }

  command(command: Command): Promise<CommandResult> {
    return new Promise((resolve) => this.#socket?.emit('command', command, resolve));
  }

  async close(): Promise<void> {
    await this.#io.close();
  }

  #accept(socket: BridgeSocket): void {
    this.bridges++;
    this.#socket = socket;
    let epoch = '';
    socket.on('hello', (hello, answer) => {
      epoch = hello.epoch;
      answer({ committedSeq: this.#committed.get(epoch) ?? 0 });
    });
    socket.on('deliver', (deliveries, committed) => {
      this.deliveries.push(...deliveries.map((delivery) => ({ ...delivery, epoch })));
      const last = deliveries.at(-1)?.seq ?? 0;
      if (!this.commits) return;
      this.#committed.set(epoch, last);
      committed(last);
    });
    socket.on('beat', () => void this.beats++);
  }
}

export const identity = ({ callId, legId, kind, ordinal }: DomainEvent): string =>
  [callId, legId, kind, ordinal].join(' ');
