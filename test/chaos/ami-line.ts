/** The line between bridge and PBX, laid through us so that it can be cut: AMI's bytes go through as they come. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class AmiLine {
  readonly #pbxPort: number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isCut = false;
  #connections = 0;

  private constructor(pbxPort: number) {
    this.#pbxPort = pbxPort;
    this.#server = createServer((bridge) => this.#join(bridge));
  }

  static async lay(pbxPort: number): Promise<AmiLine> {
    const line = new AmiLine(pbxPort);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  /** Where the bridge is to connect. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many times somebody has connected. */
  get connections(): number {
    return this.#connections;
  }

  /** Connections break, and new ones too, until the line is mended. */
  cut(): void {
    this.#isCut = true;
    this.#breakAll();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** Nothing goes through the present connections any more, and nobody is told: as when a firewall has forgotten them. */
  fallSilent(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  close(): void {
    this.#server.close();
    this.#breakAll();
  }

  #join(bridge: Socket): void {
    if (this.#isCut) return void bridge.destroy();
    this.#connections++;
    const pbx = connect(this.#pbxPort, '127.0.0.1');
    for (const [one, other] of [
      [bridge, pbx],
      [pbx, bridge],
    ] as const) {
      this.#sockets.add(one);
      one.on('data', (bytes) => other.write(bytes));
      one.on('error', () => one.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
