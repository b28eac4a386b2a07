/** What the page hears: measured on the remote track of the call by the browser's own analyser, not by counting packets. */
import type { Page } from 'playwright-core';

/** The strongest frequency (Hz) of the remote sound during a quarter of a second, and its level in dB below full scale; null in silence. */
export type Heard = { frequencyHz: number; levelDb: number } | null;

const SILENCE_DB = -60;

export async function heardBy(page: Page): Promise<Heard> {
  const peak = await page.evaluate(async () => {
    const streams = [...document.querySelectorAll('audio')]
      .map((element) => element.srcObject)
      .filter((source) => source instanceof MediaStream);
    const stream = streams.find((candidate) => candidate.getAudioTracks().length > 0);
    if (!stream) return null;
    const context = new AudioContext();
    try {
      await context.resume();
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(stream).connect(analyser);
      await new Promise((resolve) => setTimeout(resolve, 250));
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const loudest = levels.reduce((best, level, bin) => (level > (levels[best] ?? -Infinity) ? bin : best), 0);
      return { frequencyHz: (loudest * context.sampleRate) / analyser.fftSize, levelDb: levels[loudest] ?? -Infinity };
    } finally {
      await context.close();
    }
  });
  return peak && peak.levelDb > SILENCE_DB ? peak : null;
}
