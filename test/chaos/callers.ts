/** Those who call in from the public network, each with a number of their own, by which log and PBX can be asked for them. */
import { Carrier } from '../../pbx/carrier/carrier.ts';
import type { Instance } from '../../scripts/instance.ts';
import type { Secrets } from '../../scripts/secrets.ts';
import { until } from '../until.ts';

const OUR_NUMBER = '74950000100';

/** `queue` presses the key that leaves the menu; `menu` listens to all of it. */
export type Wish = 'queue' | 'menu';

export type Caller = { number: string; id: string };

export class Callers {
  readonly #carrier: Carrier;
  #count = 0;

  constructor(instance: Instance, secrets: Secrets) {
    this.#carrier = new Carrier(instance, secrets);
  }

  async call(wish: Wish): Promise<Caller> {
    return this.#dial(this.#nextNumber(), wish);
  }

  /** Dials again and again until the PBX answers, as people do whose call does not get through. */
  async callUntilAnswered(wish: Wish, withinMs: number): Promise<Caller> {
    const number = this.#nextNumber();
    let caller = await this.#dial(number, wish);
    await until(
      'the PBX to answer a caller',
      async () => {
        const call = await this.#find(caller);
        if (call === undefined) caller = await this.#dial(number, wish);
        return call?.answered;
      },
      withinMs,
    );
    return caller;
  }

  async isAnswered(caller: Caller): Promise<boolean> {
    return (await this.#find(caller))?.answered ?? false;
  }

  hangUp({ id }: Caller): Promise<void> {
    return this.#carrier.hangUp(id);
  }

  async hangUpAll(): Promise<void> {
    for (const { id } of await this.#carrier.liveCalls()) await this.#carrier.hangUp(id);
  }

  async live(): Promise<number> {
    return (await this.#carrier.liveCalls()).length;
  }

  async #find({ id }: Caller) {
    return (await this.#carrier.liveCalls()).find((call) => call.id === id);
  }

  async #dial(from: string, wish: Wish): Promise<Caller> {
    const keys = wish === 'queue' ? { keys: '0' } : {};
    const { id } = await this.#carrier.placeCall({ from, to: OUR_NUMBER, scenario: 'talk', ...keys });
    return { number: from, id };
  }

  /** Nobody has these: the local part begins with 0. */
  #nextNumber(): string {
    return `749503${String(this.#count++).padStart(5, '0')}`;
  }
}
