/** The desk's socket: opens `/desk` with the session's cookie, checks what comes in against the contract, and reconnects for ever. */
import {
  deskEventSchema,
  deskSnapshotSchema,
  type DeskCommand,
  type DeskCommandResult,
  type DeskEvent,
  type DeskSnapshot,
  type DeskToServer,
  type ServerToDesk,
} from '@headset/server/contract/desk.ts';
import { io, type Socket } from 'socket.io-client';

const commandDeadlineMs = 5000;

export type DeskReports = {
  open(): void;
  lost(): void;
  snapshot(snapshot: DeskSnapshot): void;
  event(event: DeskEvent): void;
  /** The session is over, or was never there: go to the login page. */
  sessionEnded(): void;
};

export type CommandResult = DeskCommandResult | { ok: false; code: 'offline' };

export class DeskSocket {
  readonly #socket: Socket<ServerToDesk, DeskToServer>;

  constructor(reports: DeskReports) {
    this.#socket = io('/desk', {
      withCredentials: true,
      transports: ['websocket', 'polling'],
      reconnectionDelay: 300,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
    });
    const socket = this.#socket;
    socket.on('connect', () => reports.open());
    socket.on('disconnect', (reason) => {
      reports.lost();
      // Socket.IO does not come back by itself when the server said goodbye: it does so before a restart, too.
      if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1000);
    });
    socket.on('connect_error', (error) => {
      if (error.message === 'unauthenticated') return reports.sessionEnded();
      reports.lost();
      if (!socket.active) setTimeout(() => socket.connect(), 3000);
    });
    socket.on('snapshot', (data) => {
      const snapshot = deskSnapshotSchema.safeParse(data);
      if (snapshot.success) reports.snapshot(snapshot.data);
      else this.#anomaly('snapshot', snapshot.error.issues);
    });
    socket.on('event', (data) => {
      const event = deskEventSchema.safeParse(data);
      if (event.success) reports.event(event.data);
      else this.#anomaly('event', event.error.issues);
    });
    socket.on('sessionEnded', () => reports.sessionEnded());
  }

  command(command: DeskCommand): Promise<CommandResult> {
    if (!this.#socket.connected) return Promise.resolve({ ok: false, code: 'offline' });
    return this.#socket
      .timeout(commandDeadlineMs)
      .emitWithAck('command', command)
      .catch(() => ({ ok: false, code: 'offline' }));
  }

  close(): void {
    this.#socket.close();
  }

  /** Where the payload broke the contract, without what it held: that is personal data. */
  #anomaly(kind: string, issues: readonly { path: PropertyKey[]; code?: string }[]): void {
    const places = issues.map((issue) => `${issue.path.map(String).join('.')} (${issue.code})`).join(', ');
    console.warn(`desk socket: a ${kind} that is not of the contract: ${places}`);
  }
}
