/** Plays calls on a PBX, each frame at its own recorded distance from the call's first, however many run at once. */
import type { PlayedCall } from './call-copy.ts';

export type Playing = {
  callsPerSecond: number;
  calls: number;
  /** Made at the moment when the call begins. */
  next: () => PlayedCall;
  say: (bytes: string) => void;
  /** Called just before the bytes of the offer are written. */
  onOffer: (legId: string, extension: string, saidAt: number) => void;
  signal: AbortSignal;
};

/** Resolves with the calls when the last frame of the last one was said; rejects when `signal` is aborted. */
export function play({ callsPerSecond, calls, next, say, onOffer, signal }: Playing): Promise<PlayedCall[]> {
  return new Promise((resolve, reject) => {
    const played: PlayedCall[] = [];
    const timers = new Set<NodeJS.Timeout>();
    const beganAt = performance.now();
    let unfinished = calls;

    const at = (instant: number, work: () => void) => {
      // eslint-disable-next-line layers/no-sleep -- nothing is waited for: this is the recording's own time
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          work();
        },
        Math.max(0, instant - performance.now()),
      );
      timers.add(timer);
    };
    const sayFrames = (frames: PlayedCall['frames'], from: number, startedAt: number): void => {
      for (let index = from; index < frames.length; index++) {
        const frame = frames[index];
        if (!frame) break;
        const dueAt = startedAt + frame.afterMs;
        if (dueAt > performance.now()) return at(dueAt, () => sayFrames(frames, index, startedAt));
        if (frame.offers) onOffer(frame.offers.legId, frame.offers.extension, performance.now());
        say(frame.text);
      }
      if (--unfinished === 0) finish();
    };
    const stop = () => {
      timers.forEach(clearTimeout);
      reject(new Error('stopped'));
    };
    const finish = () => {
      signal.removeEventListener('abort', stop);
      resolve(played);
    };

    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    for (let index = 0; index < calls; index++) {
      at(beganAt + (index * 1000) / callsPerSecond, () => {
        const call = next();
        played.push(call);
        sayFrames(call.frames, 0, performance.now());
      });
    }
  });
}
