/**
 * One phone for an agent, however many tabs are open: the tab that holds this Web Lock registers, the others show "the phone is in
 * another tab". A lock is let go by the browser itself when its tab closes or crashes.
 */
export class PhoneLease {
  readonly #name: string;
  #letGo: (() => void) | null = null;
  #waiting: AbortController | null = null;

  constructor(agentId: string) {
    this.#name = `headset-phone-${agentId}`;
  }

  /** Takes the lease if no other tab has it. `onLost` is called when another tab takes it over later. */
  takeIfFree(onLost: () => void): Promise<boolean> {
    return this.#request({ ifAvailable: true }, onLost);
  }

  /** Takes the lease from whichever tab has it. */
  takeOver(onLost: () => void): Promise<boolean> {
    this.#stopWaiting();
    return this.#request({ steal: true }, onLost);
  }

  /** Takes the lease when the tab that has it goes away. Answers false when `release` or `takeOver` came first. */
  takeWhenFree(onLost: () => void): Promise<boolean> {
    this.#stopWaiting();
    this.#waiting = new AbortController();
    return this.#request({ signal: this.#waiting.signal }, onLost);
  }

  release(): void {
    this.#stopWaiting();
    this.#letGo?.();
    this.#letGo = null;
  }

  #stopWaiting(): void {
    this.#waiting?.abort();
    this.#waiting = null;
  }

  #request(options: LockOptions, onLost: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      let held = false;
      const request = navigator.locks.request(this.#name, options, (lock) => {
        if (!lock) return resolve(false);
        held = true;
        resolve(true);
        return new Promise<void>((letGo) => (this.#letGo = letGo));
      });
      // Rejected when the lock is stolen, and when waiting for it is aborted.
      request.catch(() => {
        if (!held) return resolve(false);
        this.#letGo = null;
        onLost();
      });
    });
  }
}
