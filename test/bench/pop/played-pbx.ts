/**
 * A PBX as far as its AMI goes: takes a login, answers what the bridge asks, keeps queue members as it is told, and otherwise says what
 * it is given to say (recorded calls). One port, any number of sessions.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { amiTimestamp, readMessage, splitMessages, writeMessage, type AmiMessage } from './ami-message.ts';

type Member = { queue: string; interface: string; name: string; penalty: string; paused: string; reason: string };

export type PlayedPbxOptions = {
  /** 0: any that is free. */
  port: number;
  secret: string;
  /** Phones that are registered and free. */
  phones: readonly string[];
};

export class PlayedPbx {
  readonly #server: Server;
  readonly #options: PlayedPbxOptions;
  readonly #sockets = new Set<Socket>();
  readonly #loggedIn = new Set<Socket>();
  readonly #members = new Map<string, Member>();
  readonly #startedAt = Date.now();

  private constructor(options: PlayedPbxOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async listen(options: PlayedPbxOptions): Promise<PlayedPbx> {
    const pbx = new PlayedPbx(options);
    await new Promise<void>((resolve, reject) => {
      pbx.#server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
    });
    return pbx;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  get sessions(): number {
    return this.#loggedIn.size;
  }

  /** Whole messages, to every session that is logged in. */
  say(text: string): void {
    for (const socket of this.#loggedIn) socket.write(text);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true).setEncoding('utf8').write('Asterisk Call Manager/11.0.0\r\n');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#loggedIn.delete(socket);
    });
    let received = '';
    socket.on('data', (chunk: string) => {
      const { messages, rest } = splitMessages(received + chunk);
      received = rest;
      for (const text of messages) this.#answer(socket, readMessage(text));
    });
  }

  #answer(socket: Socket, action: AmiMessage): void {
    const { actionid = '' } = action;
    const respond = (headers: AmiMessage) =>
      socket.write(writeMessage({ Response: 'Success', ActionID: actionid, ...headers }));
    const list = (name: string, rows: readonly AmiMessage[]) => {
      respond({ EventList: 'start' });
      for (const row of rows) socket.write(writeMessage({ ...row, ActionID: actionid }));
      const complete = { EventList: 'Complete', ListItems: String(rows.length), ActionID: actionid };
      socket.write(writeMessage({ Event: `${name}Complete`, ...complete }));
    };
    switch (action.action?.toLowerCase()) {
      case 'login':
        return this.#login(socket, action, respond);
      case 'ping':
        return void respond({ Ping: 'Pong', Timestamp: amiTimestamp(Date.now()) });
      case 'coresettings':
        return void respond({ AMIversion: '11.0.0', AsteriskVersion: '22.10.1' });
      case 'getvar':
        return void respond({ Variable: action.variable ?? '', Value: 'agents' });
      case 'coreshowchannels':
        return list('CoreShowChannels', []);
      case 'devicestatelist':
        return list('DeviceStateList', this.#devices());
      case 'queuestatus':
        return list(
          'QueueStatus',
          [...this.#members.values()].map((member) => memberRow('QueueMember', member)),
        );
      case 'queueadd':
      case 'queuepause':
      case 'queuepenalty':
      case 'queueremove':
        respond({});
        return this.#changeMember(action);
      default:
        return void respond({});
    }
  }

  #login(socket: Socket, action: AmiMessage, respond: (headers: AmiMessage) => void): void {
    if (action.secret !== this.#options.secret) {
      respond({ Response: 'Error', Message: 'Authentication failed' });
      return void socket.end();
    }
    respond({ Message: 'Authentication accepted' });
    this.#loggedIn.add(socket);
    const uptime = Math.round((Date.now() - this.#startedAt) / 1000);
    socket.write(writeMessage({ Event: 'FullyBooted', Uptime: String(uptime), Status: 'Fully Booted' }));
  }

  #devices(): AmiMessage[] {
    return this.#options.phones.map((phone) => ({
      Event: 'DeviceStateChange',
      Device: `PJSIP/${phone}`,
      State: 'NOT_INUSE',
    }));
  }

  #changeMember(action: AmiMessage): void {
    for (const queue of action.queue === undefined ? this.#queuesOf(action.interface) : [action.queue]) {
      const key = `${queue} ${action.interface}`;
      const former = this.#members.get(key);
      const member: Member = {
        queue,
        interface: action.interface ?? '',
        name: action.membername ?? former?.name ?? '',
        penalty: action.penalty ?? former?.penalty ?? '0',
        paused: action.paused === undefined ? (former?.paused ?? '0') : action.paused === 'true' ? '1' : '0',
        reason: action.reason ?? former?.reason ?? '',
      };
      const removed = action.action?.toLowerCase() === 'queueremove';
      if (removed) this.#members.delete(key);
      else this.#members.set(key, member);
      const event = removed ? 'QueueMemberRemoved' : former ? 'QueueMemberStatus' : 'QueueMemberAdded';
      const { Name, Location, ...rest } = memberRow(event, member);
      this.say(
        writeMessage({
          ...rest,
          MemberName: Name ?? '',
          Interface: Location ?? '',
          Timestamp: amiTimestamp(Date.now()),
        }),
      );
    }
  }

  #queuesOf(memberInterface: string | undefined): string[] {
    return [...this.#members.values()]
      .filter((member) => member.interface === memberInterface)
      .map(({ queue }) => queue);
  }
}

const memberRow = (event: string, member: Member): AmiMessage => ({
  Event: event,
  Queue: member.queue,
  Name: member.name,
  Location: member.interface,
  StateInterface: member.interface,
  Membership: 'dynamic',
  Penalty: member.penalty,
  Status: '1',
  Paused: member.paused,
  PausedReason: member.reason,
});
