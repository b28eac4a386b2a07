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

/** Browsers keep an audio context suspended until the page has been clicked or typed into: `locked` until then. */
export class Tones {
  readonly #context = new AudioContext();
  #locked = $state(this.#context.state === 'suspended');
  #playing: { tone: Tone; stop: () => void } = { tone: 'silent', stop: () => undefined };

  constructor() {
    this.#context.addEventListener('statechange', () => (this.#locked = this.#context.state === 'suspended'));
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Call from a click or key press. */
  unlock(): void {
    void this.#context.resume().catch(() => undefined);
  }

  /** Goes on until another tone, or silence, is asked for. @param volume 0–1 */
  play(tone: Tone, volume: number): void {
    if (tone === this.#playing.tone) return;
    this.#playing.stop();
    this.#playing = { tone, stop: tone === 'silent' ? () => undefined : this.#start(tone, volume, Infinity) };
  }

  /** One period of the ringer, to try the volume. */
  test(volume: number): void {
    this.unlock();
    this.#start('ringer', volume, 1);
  }

  close(): void {
    this.#playing.stop();
    void this.#context.close().catch(() => undefined);
  }

  #start(tone: 'ringer' | 'ringback', volume: number, times: number): () => void {
    const { frequencies, soundSeconds, periodSeconds } = patterns[tone];
    const gain = this.#context.createGain();
    gain.gain.value = 0;
    gain.connect(this.#context.destination);
    const oscillators = frequencies.map((frequency) => {
      const oscillator = this.#context.createOscillator();
      oscillator.frequency.value = frequency;
      oscillator.connect(gain);
      oscillator.start();
      return oscillator;
    });
    let count = 0;
    const sound = (): void => {
      const from = this.#context.currentTime;
      gain.gain.setTargetAtTime(volume * 0.25, from, 0.02);
      gain.gain.setTargetAtTime(0, from + soundSeconds, 0.05);
      count += 1;
      if (count >= times) for (const oscillator of oscillators) oscillator.stop(from + soundSeconds + 0.5);
    };
    sound();
    const repeat = times > 1 ? setInterval(sound, periodSeconds * 1000) : undefined;
    return () => {
      clearInterval(repeat);
      for (const oscillator of oscillators) oscillator.stop();
      gain.disconnect();
    };
  }
}
