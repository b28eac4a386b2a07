/** The sounds that the page makes itself: the ringer, and the ringback of a call that has no sound of its own yet. */
import type { PhoneState } from '../phone/phone-state.ts';

export type Tone = 'silent' | 'ringer' | 'ringback';

/** Frequencies, and seconds of sound within a period of seconds. Ringback is the Russian network's: 425 Hz, 1 s in 5 s. */
const patterns = {
  ringer: { frequencies: [660, 880], soundSeconds: 0.9, periodSeconds: 2.6 },
  ringback: { frequencies: [425], soundSeconds: 1, periodSeconds: 5 },
} as const;

export function toneFor(phone: PhoneState): Tone {
  if (phone.call?.phase === 'ringing') return 'ringer';
  return phone.call?.phase === 'calling' && !phone.call.earlyMedia ? 'ringback' : 'silent';
}

type WithSink = AudioContext & { setSinkId: (deviceId: string) => Promise<void> };

/** Firefox and Safari ring on the system's output. */
export const canChooseRinger = (context: AudioContext): context is WithSink => 'setSinkId' in context;

/** Browsers keep an audio context suspended until the page has been clicked or typed into: `locked` until then. */
export class Tones {
  /** The ringer may have a loudspeaker of its own; ringback is heard where the call is heard. */
  readonly #contexts = { ringer: new AudioContext(), ringback: new AudioContext() };
  #locked = $state(this.#contexts.ringer.state === 'suspended');
  #playing: { tone: Tone; stop: () => void } = { tone: 'silent', stop: () => undefined };

  constructor() {
    const { ringer } = this.#contexts;
    ringer.addEventListener('statechange', () => (this.#locked = ringer.state === 'suspended'));
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Call from a click or key press. */
  unlock(): void {
    for (const context of Object.values(this.#contexts)) void context.resume().catch(() => undefined);
  }

  /** @param deviceId of an audio output; empty for the system's own, which is also used when that device is gone. */
  ringOn(deviceId: string): void {
    const { ringer } = this.#contexts;
    if (!canChooseRinger(ringer)) return;
    ringer.setSinkId(deviceId).catch(() => void ringer.setSinkId('').catch(() => undefined));
  }

  /** Goes on until another tone, or silence, is asked for. @param volume 0–1 */
  play(tone: Tone, volume: number): void {
    if (tone === this.#playing.tone) return;
    this.#playing.stop();
    this.#playing = { tone, stop: tone === 'silent' ? () => undefined : this.#start(tone, volume, true) };
  }

  /** One period of the ringer, to try the volume. */
  test(volume: number): void {
    this.unlock();
    this.#start('ringer', volume, false);
  }

  close(): void {
    this.#playing.stop();
    for (const context of Object.values(this.#contexts)) void context.close().catch(() => undefined);
  }

  /** The browser loops the sound itself: timers of a hidden tab would stumble. */
  #start(tone: 'ringer' | 'ringback', volume: number, loop: boolean): () => void {
    const context = this.#contexts[tone];
    const gain = context.createGain();
    gain.gain.value = volume;
    gain.connect(context.destination);
    const source = context.createBufferSource();
    source.buffer = onePeriod(context, patterns[tone]);
    source.loop = loop;
    source.connect(gain);
    source.start();
    return () => {
      source.stop();
      gain.disconnect();
    };
  }
}

type Pattern = { frequencies: readonly number[]; soundSeconds: number; periodSeconds: number };

/** Loudness of full volume, and how softly a sound begins and ends. */
const peak = 0.25;
const rampSeconds = 0.03;

function onePeriod(context: AudioContext, { frequencies, soundSeconds, periodSeconds }: Pattern): AudioBuffer {
  const { sampleRate } = context;
  const buffer = context.createBuffer(1, Math.round(periodSeconds * sampleRate), sampleRate);
  const samples = buffer.getChannelData(0);
  for (let index = 0; index < soundSeconds * sampleRate; index += 1) {
    const seconds = index / sampleRate;
    const ramp = Math.min(1, seconds / rampSeconds, (soundSeconds - seconds) / rampSeconds);
    const waves = frequencies.map((frequency) => Math.sin(2 * Math.PI * frequency * seconds));
    samples[index] = (peak * ramp * waves.reduce((sum, wave) => sum + wave, 0)) / frequencies.length;
  }
  return buffer;
}
