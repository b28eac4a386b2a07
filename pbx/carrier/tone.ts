/**
 * Is a tone in a recording, and how strong? Pure arithmetic on samples: the tests' proof that one party hears the other, which
 * counting packets is not.
 */

export type Sound = { sampleRate: number; samples: Int16Array };

const HEADER_BYTES = 12;

/**
 * Reads 16 bit mono WAV. One that is still being written is read as far as it goes: its header then tells no length, or a wrong one.
 * @throws when it is something else.
 */
export function readWav(file: Uint8Array): Sound {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const word = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));
  if (word(0) !== 'RIFF' || word(8) !== 'WAVE') throw new Error('not a WAV file');
  let sampleRate: number | undefined;
  for (let at = HEADER_BYTES; at + 8 <= file.byteLength;) {
    const body = at + 8;
    const length = view.getUint32(at + 4, true);
    if (word(at) === 'fmt ') {
      const [format, channels, bits] = [
        view.getUint16(body, true),
        view.getUint16(body + 2, true),
        view.getUint16(body + 14, true),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16) throw new Error('not 16 bit mono PCM');
      sampleRate = view.getUint32(body + 4, true);
    }
    if (word(at) === 'data') {
      if (sampleRate === undefined) throw new Error('samples before their format');
      const count = Math.floor((file.byteLength - body) / 2);
      return { sampleRate, samples: Int16Array.from({ length: count }, (_, i) => view.getInt16(body + 2 * i, true)) };
    }
    at = body + length + (length % 2);
  }
  throw new Error('a WAV file without samples');
}

/** The last `ms` of a sound, or all of it when it is shorter. */
export function lastOf({ sampleRate, samples }: Sound, ms: number): Sound {
  return { sampleRate, samples: samples.subarray(Math.max(0, samples.length - Math.round((sampleRate * ms) / 1000))) };
}

/** Mean power of the samples relative to full scale, 0…1. A tone at a tenth of full scale has 0.005; a quiet line is below 0.00001. */
export function power({ samples }: Sound): number {
  if (samples.length === 0) return 0;
  return samples.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / samples.length;
}

/**
 * Which share of the sound's power lies at `frequency` (Hz): 1 for that tone alone, near 0 without it. By Goertzel's algorithm,
 * which is one bin of a Fourier transform, as narrow as one over the sound's length: half a second tells tones 4 Hz apart.
 */
export function toneShare(sound: Sound, frequency: number): number {
  const { sampleRate, samples } = sound;
  const total = power(sound);
  if (total === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let [previous, beforeThat] = [0, 0];
  for (const sample of samples) {
    [previous, beforeThat] = [sample / 32768 + coefficient * previous - beforeThat, previous];
  }
  const magnitudeSquared = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
  return Math.min(1, (2 * magnitudeSquared) / (samples.length ** 2 * total));
}

/** The share of `frequency` in each window of the sound, from its beginning; 0 where there is silence. For tones that come and go. */
export function toneTrack({ sampleRate, samples }: Sound, frequency: number, windowMs = 100): number[] {
  const size = Math.round((sampleRate * windowMs) / 1000);
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => {
    const window: Sound = { sampleRate, samples: samples.subarray(i * size, (i + 1) * size) };
    return power(window) < SILENCE ? 0 : toneShare(window, frequency);
  });
}

const SILENCE = 1e-5;
