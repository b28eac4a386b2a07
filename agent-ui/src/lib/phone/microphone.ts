/** Asks for the microphone before the phone registers: an agent without one must not be rung. */
import type { Microphone } from './phone-state.ts';

/** The browser asks its user if it must; the stream is let go at once, so that nothing records between calls. */
export async function askForMicrophone(): Promise<Microphone> {
  // Browsers give `mediaDevices` to https and localhost alone.
  if (!('mediaDevices' in navigator)) return 'insecure';
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    return 'granted';
  } catch (error) {
    return microphoneFault(error);
  }
}

/** What a failed `getUserMedia` means for the operator. */
export function microphoneFault(error: unknown): Microphone {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'missing';
}
