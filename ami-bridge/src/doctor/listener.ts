/** What is heard on a connection, counted by class and name. */
import type { Frame } from 'asterisk-manager';
import { timestamp } from '../ami/header.ts';
import type { Heard } from './facts.ts';

export class Listener {
  readonly #names = new Set<string>();
  readonly #classes = new Set<string>();
  #variables: Set<string> | null = null;
  #events = 0;
  #timestamped = false;
  #waiting: { isHeard: () => boolean; resolve: () => void }[] = [];

  hear(frame: Frame): void {
    if (typeof frame.event !== 'string') return;
    this.#names.add(frame.event);
    // Said to us alone, and never with a time.
    if (frame.event === 'FullyBooted') return;
    this.#events++;
    if (typeof frame.privilege === 'string')
      for (const each of frame.privilege.split(',')) if (each !== 'all') this.#classes.add(each);
    if (timestamp(frame) !== null) this.#timestamped = true;
    if (frame.event === 'Newchannel') this.#noteVariables(frame);
    const waiting = this.#waiting.filter(({ isHeard }) => isHeard());
    this.#waiting = this.#waiting.filter((each) => !waiting.includes(each));
    for (const { resolve } of waiting) resolve();
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  hasClass(name: string): boolean {
    return this.#classes.has(name);
  }

  /** Resolves with true when the condition holds after an event, with false when it does not within `ms`. */
  async until(isHeard: () => boolean, ms: number): Promise<boolean> {
    if (isHeard()) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      const seen = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#waiting.push({ isHeard, resolve: seen });
    });
  }

  heard(memberProbed: boolean): Heard {
    const [names, classes, variables] = [this.#names, this.#classes, this.#variables];
    return { events: this.#events, names, classes, timestamped: this.#timestamped, variables, memberProbed };
  }

  #noteVariables(frame: Frame): void {
    const carried = frame.chanvariable;
    this.#variables ??= new Set();
    if (typeof carried === 'object' && !Array.isArray(carried))
      for (const name of Object.keys(carried)) this.#variables.add(name);
  }
}
