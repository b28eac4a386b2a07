/** What a page hears: measured on the remote track of its call by the browser's own analyser, not by counting packets. */
import type { BrowserContext, Page } from 'playwright-core';

/** The strongest frequency (Hz) of the remote sound during a quarter of a second, and its level in dB below full scale; null in silence. */
export type Heard = { frequencyHz: number; levelDb: number } | null;

const SILENCE_DB = -60;

declare global {
  interface Window {
    /** Remote tracks of the page's calls, oldest first. */
    remoteTracks: MediaStreamTrack[];
  }
}

/** Call before the first page opens: the softphone keeps its tracks to itself. */
export async function listenIn(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.remoteTracks = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        this.addEventListener('track', ({ track }) => window.remoteTracks.push(track));
      }
    };
  });
}

export async function heardBy(page: Page): Promise<Heard> {
  const peak = await page.evaluate(async () => {
    const track = window.remoteTracks.findLast(({ readyState }) => readyState === 'live');
    if (!track) return null;
    const context = new AudioContext();
    try {
      await context.resume();
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      // eslint-disable-next-line layers/no-sleep -- a measurement takes its time: the analyser looks at the last 170 ms
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

/** Is it this tone, to within the analyser's resolution? */
export function isTone(heard: Heard, frequencyHz: number): boolean {
  return heard !== null && Math.abs(heard.frequencyHz - frequencyHz) < 12;
}
