/** A steady tone as a WAV file: what Chromium's fake microphone hears. */
import { writeFileSync } from 'node:fs';

const SAMPLE_RATE = 48_000;

/** Writes one second of the tone, 16 bit mono. A whole number of Hz loops without a click. */
export function writeTone(file: string, frequencyHz: number): void {
  const data = Buffer.alloc(SAMPLE_RATE * 2);
  for (let i = 0; i < SAMPLE_RATE; i += 1) {
    data.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * frequencyHz * i) / SAMPLE_RATE)), i * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); // length of the format
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  writeFileSync(file, Buffer.concat([header, data]));
}
