/** An agent at work: a desk and a phone, both without a person. */
import { phoneAccountSchema, sessionSchema, type Session } from '@headset/server/contract/session';
import type { Instance } from '../../scripts/instance.ts';
import { SipPhone } from '../../scripts/record/sip-phone.ts';
import { until } from '../until.ts';
import { Desk } from './desk.ts';

/** As long as a call needs to be a conversation in the log. */
const SHORTEST_TALK_MS = 700;

export class Agent {
  readonly login: string;
  readonly extension: string;
  readonly desk: Desk;
  readonly phone: SipPhone;
  /** As colleagues see it. */
  readonly name: string;
  /** Callers whom this agent has answered; `at` is a reading of performance.now(). */
  readonly served: { number: string; at: number }[] = [];
  #attending: Promise<void> | null = null;
  #stop = false;

  private constructor({ agent }: Session, desk: Desk, phone: SipPhone) {
    this.login = agent.login;
    this.name = agent.displayName;
    this.extension = agent.extension ?? '';
    this.desk = desk;
    this.phone = phone;
  }

  /** Logs in. The phone is registered by `register`. */
  static async logIn({ ports }: Pick<Instance, 'ports'>, address: string, login: string): Promise<Agent> {
    const desk = await Desk.open(address, login);
    const { username, password } = await desk.read('/api/session/phone', phoneAccountSchema);
    const phone = new SipPhone({ extension: username, secret: password, pbxPort: ports.pbxSip });
    return new Agent(await desk.read('/api/session', sessionSchema), desk, phone);
  }

  /** Takes the ringing call and hands back the caller's number. */
  answer(): string {
    const number = this.phone.ringsFor;
    if (number === null) throw new Error(`${this.login}'s phone does not ring`);
    this.phone.answer();
    this.served.push({ number, at: performance.now() });
    return number;
  }

  /** From now on answers whatever rings, talks a moment and hangs up, until `stopAttending`. */
  attend(): void {
    this.#stop = false;
    this.#attending ??= this.#attend().finally(() => (this.#attending = null));
  }

  async stopAttending(): Promise<void> {
    this.#stop = true;
    await this.#attending;
  }

  async #attend(): Promise<void> {
    while (!this.#stop) {
      await until('a call', () => this.#stop || this.phone.ringsFor !== null, Infinity);
      if (this.phone.ringsFor === null) return;
      this.answer();
      await this.talk();
      this.phone.hangUp();
    }
  }

  /** Resolves when the call has lasted long enough to be one, or is over. */
  async talk(): Promise<void> {
    const begun = performance.now();
    await until('a talk', () => !this.phone.isTalking || performance.now() - begun > SHORTEST_TALK_MS);
  }

  async leave(): Promise<void> {
    this.desk.close();
    await this.stopAttending();
    this.phone.close();
  }
}
