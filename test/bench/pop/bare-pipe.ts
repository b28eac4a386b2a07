/** The bare pipe as the benchmark holds it: its process, and a client for each phone. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import type { OnPop } from './desks.ts';

/** Where the process listens: its first and only message. */
const addressSchema = z.object({ port: z.number() });
const offeredSchema = z.object({ legId: z.string() });

export type BarePipeOptions = {
  amiPort: number;
  amiSecret: string;
  extensions: readonly string[];
  onProcess: (pid: number) => void;
};

export class BarePipe {
  onPop: OnPop = () => {};
  readonly #sockets: Socket[] = [];
  #process: ChildProcess | null = null;

  /** Resolves when it is logged in at the PBX and every phone's client is connected. */
  async start({ amiPort, amiSecret, extensions, onProcess }: BarePipeOptions): Promise<void> {
    const child = fork(new URL('bare-process.ts', import.meta.url), [], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, AMI_PORT: String(amiPort), AMI_SECRET: amiSecret },
      // A group of its own: Ctrl-C is for the benchmark alone, which then ends it.
      detached: true,
    });
    this.#process = child;
    if (child.pid !== undefined) onProcess(child.pid);
    const [address] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the bare pipe did not start'))),
    ]);
    const { port } = addressSchema.parse(address);
    await Promise.all(extensions.map((extension) => this.#listen(port, extension)));
  }

  stop(): void {
    for (const socket of this.#sockets) socket.disconnect();
    this.#process?.kill('SIGKILL');
  }

  async #listen(port: number, extension: string): Promise<void> {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, auth: { extension } });
    this.#sockets.push(socket);
    socket.on('offered', (raw) => {
      const poppedAt = performance.now();
      this.onPop(offeredSchema.parse(raw).legId, extension, poppedAt, 'bare');
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('connect_error', reject);
    });
  }
}
