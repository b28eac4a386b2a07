/** The public network as the tests use it: who calls, and what is heard there. */
import { readFile } from 'node:fs/promises';
import { Carrier } from '../../pbx/carrier/carrier.ts';
import { lastOf, power, readWav, toneShare, type Sound } from '../../pbx/carrier/tone.ts';
import { instance } from '../../scripts/instance.ts';
import { ensureSecrets } from '../../scripts/secrets.ts';
import { until } from '../until.ts';

export const OUR_NUMBER = '74950000100';

export class PublicNetwork {
  readonly #carrier: Carrier;

  private constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  static async ofTestInstance(): Promise<PublicNetwork> {
    const test = instance('test');
    return new PublicNetwork(new Carrier(test, await ensureSecrets(test)));
  }

  /** Somebody calls us, leaves the menu by a key, and says 440 Hz. `from` null hides the number. Returns the call's name there. */
  async callUs(from: string | null): Promise<string> {
    const { id } = await this.#carrier.placeCall({ from, to: OUR_NUMBER, scenario: 'talk', keys: '0' });
    return id;
  }

  /** The call that we dialled there, once it is answered. It shows our number, as every call of ours does. */
  async answeredCall(): Promise<string> {
    return until('the other side to answer', async () => {
      const calls = await this.#carrier.liveCalls();
      return calls.find((call) => call.answered && call.number === OUR_NUMBER)?.id;
    });
  }

  hangUp(id: string): Promise<void> {
    return this.#carrier.hangUp(id);
  }

  async hangUpAll(): Promise<void> {
    for (const { id } of await this.#carrier.liveCalls()) await this.#carrier.hangUp(id);
    await until('all calls to end', async () => (await this.#carrier.liveCalls()).length === 0);
  }

  /** Which share of what is heard there now is that tone: 0 in silence, 1 for the tone alone. */
  async shareHeard(id: string, frequencyHz: number): Promise<number> {
    return toneShare(await this.#lately(id), frequencyHz);
  }

  async hearsSomething(id: string): Promise<boolean> {
    return power(await this.#lately(id)) > 1e-4;
  }

  /** What was heard in the last second that is written. */
  async #lately(id: string): Promise<Sound> {
    const recording = await readFile(this.#carrier.heard(id)).catch(() => null);
    if (!recording || recording.length < 100) return { sampleRate: 8000, samples: new Int16Array() };
    return lastOf(readWav(recording), 1_000);
  }
}
