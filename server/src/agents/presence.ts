/**
 * Who is at a desk. An agent whose last desk closed still counts as present for a grace: a reload, a lost network or a restart of the
 * server must not take anybody out of the queues. After it the agent is gone, so that calls do not ring into nothing.
 */
import type { Instant } from '../calls/call-state.ts';

export const GRACE_MS = 60_000;

type Seat = { desks: number; since: Instant; timer: NodeJS.Timeout | null };

export class Presence {
  readonly #seats = new Map<string, Seat>();
  readonly #graceMs: number;
  readonly #changed: (agentId: string) => void;

  /** `changed` is called when an agent came or, the grace over, went. */
  constructor(changed: (agentId: string) => void, graceMs = GRACE_MS) {
    this.#changed = changed;
    this.#graceMs = graceMs;
  }

  /** Agents who were logged in before the server started: their desks are on the way back. */
  expect(agentIds: Iterable<string>): void {
    for (const agentId of agentIds)
      if (!this.#seats.has(agentId)) this.#await(agentId, { desks: 0, since: Date.now(), timer: null });
  }

  deskOpened(agentId: string): void {
    const seat = this.#seats.get(agentId);
    if (seat?.timer) clearTimeout(seat.timer);
    this.#seats.set(agentId, { desks: (seat?.desks ?? 0) + 1, since: seat?.since ?? Date.now(), timer: null });
    if (!seat) this.#changed(agentId);
  }

  deskClosed(agentId: string): void {
    const seat = this.#seats.get(agentId);
    if (!seat) return;
    const desks = Math.max(0, seat.desks - 1);
    if (desks > 0) this.#seats.set(agentId, { ...seat, desks });
    else this.#await(agentId, { ...seat, desks });
  }

  /** The agent logged out: no grace. */
  left(agentId: string): void {
    const seat = this.#seats.get(agentId);
    if (!seat || seat.desks > 0) return;
    if (seat.timer) clearTimeout(seat.timer);
    this.#seats.delete(agentId);
    this.#changed(agentId);
  }

  hasDesk(agentId: string): boolean {
    return (this.#seats.get(agentId)?.desks ?? 0) > 0;
  }

  /** Null: not present. */
  presentSince(agentId: string): Instant | null {
    return this.#seats.get(agentId)?.since ?? null;
  }

  close(): void {
    for (const { timer } of this.#seats.values()) if (timer) clearTimeout(timer);
    this.#seats.clear();
  }

  #await(agentId: string, seat: Seat): void {
    if (seat.timer) clearTimeout(seat.timer);
    const timer = setTimeout(() => {
      this.#seats.delete(agentId);
      this.#changed(agentId);
    }, this.#graceMs);
    timer.unref();
    this.#seats.set(agentId, { ...seat, timer });
  }
}
