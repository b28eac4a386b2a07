/** The public network at the other end of our trunk: tests, the demo and recordings call in and look at what was heard. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { Instance } from '../../scripts/instance.ts';
import type { Secrets } from '../../scripts/secrets.ts';

/** What a caller does once the PBX has answered; pbx/README.md tells each. */
export type Scenario = 'talk' | 'sentence' | 'silent' | 'short' | 'demo';

export type PlaceCall = {
  /** The caller's number; null is a caller who hides it. */
  from: string | null;
  /** The number of ours that is dialled. */
  to: string;
  scenario: Scenario;
  /** Keys to press, one second after the PBX answered. */
  keys?: string;
  /** Which PBX is called: ours, unless said otherwise. */
  customer?: 'pbx' | 'freepbx';
};

/** A call at the carrier: one that it placed, or one that the PBX dialled (then `number` is what was dialled). */
export type CarrierCall = { id: string; number: string; answered: boolean };

const channelSchema = z.object({
  id: z.string(),
  state: z.string(),
  caller: z.object({ number: z.string() }),
  dialplan: z.object({ context: z.string(), exten: z.string() }),
});

export class Carrier {
  readonly #base: string;
  readonly #authorization: string;
  readonly #volume: string;

  constructor({ ports, stateDir }: Pick<Instance, 'ports' | 'stateDir'>, secrets: Pick<Secrets, 'carrierAriSecret'>) {
    this.#base = `http://127.0.0.1:${ports.carrierAri}/ari`;
    this.#authorization = `Basic ${Buffer.from(`carrier:${secrets.carrierAriSecret}`).toString('base64')}`;
    this.#volume = path.join(stateDir, 'carrier', 'volume');
  }

  /** Dials in. Resolves when the INVITE is on its way; the call is over when `liveCalls` has it no more. */
  async placeCall({ from, to, scenario, keys, customer = 'pbx' }: PlaceCall): Promise<{ id: string }> {
    const id = randomUUID();
    const variables: Record<string, string> = {
      ...(keys && { KEYS: keys }),
      ...(from === null && { 'CALLERID(pres)': 'prohib' }),
    };
    const query = new URLSearchParams({
      endpoint: `PJSIP/${to}@${customer}`,
      ...(from !== null && { callerId: from }),
      context: 'callers',
      extension: scenario,
      priority: '1',
      channelId: id,
    });
    await this.#ask('POST', `/channels?${query.toString()}`, { variables });
    return { id };
  }

  /** Ends a call, whichever side began it. One that is over already is no error. */
  async hangUp(id: string): Promise<void> {
    await this.#ask('DELETE', `/channels/${encodeURIComponent(id)}`, undefined, [404]);
  }

  /** Presses keys in a call of scenario talk or silent, or on an answering person's phone. Their tone pauses meanwhile. */
  async press(id: string, keys: string): Promise<void> {
    const query = new URLSearchParams({ variable: `GLOBAL(PRESS_${id})`, value: keys });
    await this.#ask('POST', `/asterisk/variable?${query.toString()}`);
  }

  /** Where what this party hears is recorded (WAV, 8 kHz, 16 bit, mono): there from the answer on, growing until the end. */
  heard(id: string): string {
    return path.join(this.#volume, `${id}.wav`);
  }

  async liveCalls(): Promise<CarrierCall[]> {
    const channels = z.array(channelSchema).parse(await this.#ask('GET', '/channels'));
    return channels.map(({ id, state, caller, dialplan }) => ({
      id,
      number: caller.number || dialplan.exten,
      answered: state === 'Up',
    }));
  }

  async #ask(method: string, resource: string, body?: unknown, accepted: readonly number[] = []): Promise<unknown> {
    const response = await fetch(this.#base + resource, {
      method,
      headers: {
        authorization: this.#authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    if (!response.ok && !accepted.includes(response.status)) {
      throw new Error(`The carrier refused ${method} ${resource.split('?')[0]}: ${response.status} ${text}`);
    }
    return text === '' ? null : (JSON.parse(text) as unknown);
  }
}

/** DEMO_CALL_URL: POSTed to, it makes a demo client call. `{from}` and `{to}` are digits, put in by the server. Holds a secret. */
export function demoCallUrl({ ports }: Pick<Instance, 'ports'>, secrets: Pick<Secrets, 'carrierAriSecret'>): string {
  const where = `http://127.0.0.1:${ports.carrierAri}/ari/channels`;
  return `${where}?endpoint=PJSIP/{to}@pbx&callerId={from}&context=callers&extension=demo&priority=1&api_key=carrier:${secrets.carrierAriSecret}`;
}
