/** What the PBX itself says is going on, asked without bridge or server between. */
import type { Instance } from '../../scripts/instance.ts';
import type { Secrets } from '../../scripts/secrets.ts';
import { RawAmi, type Message } from '../e2e/raw-ami.ts';

/** `consultation`: an agent has put one caller on hold, and talks to somebody outside for that caller's sake. */
export type CallStage = 'menu' | 'queue' | 'ringing' | 'talking' | 'transfer' | 'consultation';

/** One call with somebody outside: `number` is theirs. */
export type SeenCall = {
  number: string;
  stage: CallStage | 'elsewhere';
  /** Who has to do with them: a phone of ours, or after a transfer somebody else outside. */
  otherChannel: string;
};

const TRUNK = 'PJSIP/carrier-';

export class PbxEye {
  readonly #port: number;
  readonly #secret: string;

  constructor({ ports }: Pick<Instance, 'ports'>, { amiSecret }: Pick<Secrets, 'amiSecret'>) {
    this.#port = ports.ami;
    this.#secret = amiSecret;
  }

  /** Calls with somebody outside that live now. */
  async calls(): Promise<SeenCall[]> {
    const channels = await this.#list('CoreShowChannels', 'CoreShowChannel');
    return channels
      .filter(({ Channel = '' }) => Channel.startsWith(TRUNK))
      .map((caller) => ({
        number: caller.CallerIDNum ?? '',
        stage: stageOf(caller, channels),
        otherChannel: otherOf(caller, channels)?.Channel ?? '',
      }));
  }

  async stageOf(number: string): Promise<SeenCall['stage'] | null> {
    return (await this.calls()).find((call) => call.number === number)?.stage ?? null;
  }

  /** Does the caller talk to somebody outside, having been passed on? */
  async isPassedOutside(number: string): Promise<boolean> {
    const call = (await this.calls()).find((each) => each.number === number);
    return call?.stage === 'talking' && call.otherChannel.startsWith(TRUNK);
  }

  /** All channels, agents' own calls included. */
  async channels(): Promise<number> {
    return (await this.#list('CoreShowChannels', 'CoreShowChannel')).length;
  }

  /** Is the extension a member of the queue that takes calls now? */
  async takesCalls(extension: string): Promise<boolean> {
    const members = await this.#list('QueueStatus', 'QueueMember');
    return members.some(({ Name, Paused }) => Name === extension && Paused === '0');
  }

  /** The agent who talks to that caller sends the caller on to another extension. */
  async sendOn(number: string, extension: string): Promise<void> {
    const call = (await this.calls()).find((each) => each.number === number);
    if (call === undefined || call.otherChannel === '') throw new Error(`Nobody talks to ${number}`);
    const { Response, Message: why } = await this.#ask({
      Action: 'BlindTransfer',
      Channel: call.otherChannel,
      Context: 'agents',
      Exten: extension,
    });
    if (Response !== 'Success') throw new Error(`The PBX refused a transfer: ${why}`);
  }

  /** The value of a function of the dialplan; null when it has none, as of an endpoint that is not known. */
  async value(expression: string): Promise<string | null> {
    const { Response, Value } = await this.#ask({ Action: 'Getvar', Variable: expression });
    return Response === 'Success' ? (Value ?? null) : null;
  }

  async #ask(action: Message): Promise<Message> {
    return this.#withSession((ami) => ami.ask(action));
  }

  #list(action: string, event: string): Promise<Message[]> {
    return this.#withSession(async (ami) => {
      const { ActionID } = await ami.ask({ Action: action });
      const isOurs = (message: Message): boolean => message.ActionID === ActionID;
      await ami.until((message) => isOurs(message) && message.EventList === 'Complete');
      return ami.messages.filter((message) => isOurs(message) && message.Event === event);
    });
  }

  /** A session for each question: the PBX is killed under us, and sessions are thrown out. */
  async #withSession<T>(work: (ami: RawAmi) => Promise<T>): Promise<T> {
    const ami = await RawAmi.login(this.#port, this.#secret);
    try {
      return await work(ami);
    } finally {
      ami.close();
    }
  }
}

function stageOf(caller: Message, channels: readonly Message[]): SeenCall['stage'] {
  const { Context, Application, BridgeId = '' } = caller;
  if (Context === 'menu') return 'menu';
  if (caller.Uniqueid !== caller.Linkedid) return BridgeId === '' ? 'elsewhere' : 'consultation';
  if (BridgeId !== '') return 'talking';
  const other = otherOf(caller, channels);
  if (Context === 'agents' && other?.ChannelStateDesc === 'Ringing') return 'transfer';
  if (Application !== 'Queue') return 'elsewhere';
  return other?.ChannelStateDesc === 'Ringing' ? 'ringing' : 'queue';
}

/** The channel that has to do with this caller. */
function otherOf({ Linkedid, Channel }: Message, channels: readonly Message[]): Message | undefined {
  return channels.find((other) => other.Linkedid === Linkedid && other.Channel !== Channel);
}
