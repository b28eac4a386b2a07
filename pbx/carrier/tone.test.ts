import { describe, expect, it } from 'vitest';
import { lastOf, power, readWav, toneShare, toneTrack, type Sound } from './tone.ts';

const RATE = 8000;

/** The sum of sines at a tenth of full scale each. */
function tones(frequencies: readonly number[], seconds = 0.5): Sound {
  const samples = Int16Array.from({ length: RATE * seconds }, (_, i) =>
    frequencies.reduce((sum, frequency) => sum + 3276 * Math.sin((2 * Math.PI * frequency * i) / RATE), 0),
  );
  return { sampleRate: RATE, samples };
}

function joined(...sounds: Sound[]): Sound {
  return { sampleRate: RATE, samples: Int16Array.from(sounds.flatMap(({ samples }) => [...samples])) };
}

function wavOf({ samples }: Sound, statedBytes = samples.length * 2): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + statedBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(statedBytes, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

describe('the share of a tone', () => {
  it('is all of a pure tone, and nothing of another', () => {
    expect(toneShare(tones([440]), 440)).toBeGreaterThan(0.99);
    expect(toneShare(tones([440]), 880)).toBeLessThan(0.001);
    expect(toneShare(tones([392]), 440)).toBeLessThan(0.01); // the nearest note of the music on hold
  });

  it('is half for each of two equal tones', () => {
    const both = tones([440, 880]);
    expect(toneShare(both, 440)).toBeCloseTo(0.5, 1);
    expect(toneShare(both, 880)).toBeCloseTo(0.5, 1);
  });

  it('is nothing in silence and in a sound without samples', () => {
    expect(toneShare(tones([]), 440)).toBe(0);
    expect(toneShare(tones([440], 0), 440)).toBe(0);
  });

  it('shows over time when a tone begins and ends', () => {
    const track = toneTrack(joined(tones([], 0.2), tones([440], 0.3), tones([880], 0.2)), 440);
    expect(track.map((share) => share > 0.9)).toEqual([false, false, true, true, true, false, false]);
  });
});

describe('a recording', () => {
  it('is read back with its rate and samples', () => {
    const sound = tones([440]);
    expect(readWav(wavOf(sound))).toEqual(sound);
  });

  it('is read as far as it goes while it is being written', () => {
    const sound = tones([440]);
    expect(readWav(wavOf(sound, 0)).samples).toEqual(sound.samples);
  });

  it('is refused when it is not 16 bit mono WAV', () => {
    const stereo = wavOf(tones([440]));
    stereo.writeUInt16LE(2, 22);
    expect(() => readWav(stereo)).toThrow('16 bit mono');
    expect(() => readWav(Buffer.from('ID3 of a song that is not ours'))).toThrow('not a WAV');
  });

  it('can be asked for its end alone', () => {
    const end = lastOf(joined(tones([880], 1), tones([440], 0.5)), 500);
    expect(toneShare(end, 440)).toBeGreaterThan(0.99);
    expect(power(end)).toBeCloseTo(0.005, 4);
    expect(lastOf(tones([440], 0.1), 500).samples).toHaveLength(800);
  });
});
