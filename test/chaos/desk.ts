/** An agent's desk as the agent's browser has it, without the screen: logs in over HTTP, listens on a socket, comes back by itself. */
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';
import {
  deskEventSchema,
  deskSnapshotSchema,
  type AgentState,
  type DeskCall,
  type DeskCommand,
  type DeskCommandResult,
  type DeskEvent,
  type DeskSnapshot,
  type DeskToServer,
  type ServerToDesk,
} from '@headset/server/contract/desk';
import { DEMO_PASSWORD } from '../../db/src/demo/staff.ts';

const COMMAND_WITHIN_MS = 5_000;

export class Desk {
  readonly #address: string;
  readonly #cookie: string;
  readonly #socket: Socket<ServerToDesk, DeskToServer>;
  #snapshot: DeskSnapshot | null = null;
  readonly #calls = new Map<string, DeskCall>();

  private constructor(address: string, cookie: string) {
    this.#address = address;
    this.#cookie = cookie;
    this.#socket = io(`${address}/desk`, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie },
      reconnectionDelay: 200,
      reconnectionDelayMax: 1_000,
    });
    this.#socket.on('snapshot', (raw) => this.#begin(deskSnapshotSchema.parse(raw)));
    this.#socket.on('event', (raw) => this.#apply(deskEventSchema.parse(raw)));
    this.#socket.on('disconnect', () => (this.#snapshot = null));
    // A handshake that was refused, by a server that is just starting, is not repeated by Socket.IO.
    this.#socket.on('connect_error', () => {
      if (!this.#socket.active) setTimeout(() => this.#socket.connect(), 500).unref();
    });
  }

  static async open(address: string, login: string): Promise<Desk> {
    const response = await fetch(`${address}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password: DEMO_PASSWORD }),
    });
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
    if (!response.ok || cookie === undefined) throw new Error(`${login} could not log in: ${response.status}`);
    return new Desk(address, cookie);
  }

  close(): void {
    this.#socket.disconnect();
  }

  /** What the desk shows; null while it has no server. */
  get state(): AgentState | null {
    return this.#snapshot?.state ?? null;
  }

  get intent(): DeskSnapshot['intent'] | null {
    return this.#snapshot?.intent ?? null;
  }

  get calls(): readonly DeskCall[] {
    return this.#snapshot === null ? [] : [...this.#calls.values()];
  }

  /** Refusals, and a server that does not answer, are errors. */
  async command(command: DeskCommand): Promise<void> {
    const result: DeskCommandResult = await this.#socket.timeout(COMMAND_WITHIN_MS).emitWithAck('command', command);
    if (!result.ok) throw new Error(`The desk was refused ${command.name}: ${result.code}`);
  }

  /** Reads of the HTTP interface what this agent may read. */
  async read<T extends z.ZodType>(resource: string, schema: T): Promise<z.infer<T>> {
    const response = await fetch(this.#address + resource, {
      headers: { cookie: this.#cookie },
      signal: AbortSignal.timeout(COMMAND_WITHIN_MS),
    });
    if (!response.ok) throw new Error(`${resource.split('?')[0]} answered ${response.status}`);
    return schema.parse(await response.json());
  }

  #begin(snapshot: DeskSnapshot): void {
    this.#snapshot = snapshot;
    this.#calls.clear();
    for (const call of snapshot.calls) this.#calls.set(call.callId, call);
  }

  #apply(event: DeskEvent): void {
    if (this.#snapshot === null) return;
    switch (event.kind) {
      case 'callOffered':
      case 'callChanged':
        return void this.#calls.set(event.call.callId, event.call);
      case 'callLeft':
        return void this.#calls.delete(event.callId);
      case 'stateChanged': {
        const { state, intent, stateAgeMs } = event;
        this.#snapshot = { ...this.#snapshot, state, intent, stateAgeMs };
        return;
      }
      default:
        return;
    }
  }
}
