/** The agents' desks: each logs in as its browser does, and listens on a socket of its own. */
import { io, type Socket } from 'socket.io-client';
import { deskEventSchema, type ServerToDesk } from '@headset/server/contract/desk';

export type Login = { login: string; password: string; extension: string };

/** `poppedAt` is a reading of performance.now(), taken before anything is looked at. */
export type OnPop = (legId: string, extension: string, poppedAt: number, match: string) => void;

type DeskSocket = Socket<ServerToDesk>;

export class Desks {
  readonly cookies: string[] = [];
  readonly #sockets: DeskSocket[] = [];
  onPop: OnPop = () => {};

  /** Resolves when every desk has had its snapshot. */
  async open(address: string, logins: readonly Login[]): Promise<void> {
    for (const login of logins) await this.#openOne(address, login);
  }

  close(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }

  async #openOne(address: string, { login, password, extension }: Login): Promise<void> {
    const cookie = await logIn(address, login, password);
    this.cookies.push(cookie);
    const socket: DeskSocket = io(`${address}/desk`, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie },
    });
    this.#sockets.push(socket);
    socket.on('event', (raw) => {
      const poppedAt = performance.now();
      if (raw.kind !== 'callOffered') return;
      const { call } = deskEventSchema.options[0].parse(raw);
      this.onPop(call.legId, extension, poppedAt, call.match.kind);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('snapshot', () => resolve());
      socket.once('connect_error', reject);
    });
  }
}

async function logIn(address: string, login: string, password: string): Promise<string> {
  const response = await fetch(`${address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!response.ok || cookie === undefined) throw new Error(`${login} could not log in: ${response.status}`);
  return cookie;
}
