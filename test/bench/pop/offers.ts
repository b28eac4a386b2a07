/** What was offered, what popped up of it, and how long that took. */
import { percentile } from '../percentile.ts';

type Offer = { extension: string; saidAt: number; latencyMs: number | null };
export type Latency = { p50Ms: number; p95Ms: number; p99Ms: number };

export class Offers {
  readonly #offers = new Map<string, Offer>();
  /** Pops of calls that nobody was offered here, twice, or on another's desk. */
  readonly strays: string[] = [];
  /** By what the desk knew of the caller (one client, several, nobody). */
  readonly matches = new Map<string, number>();

  /** The bytes that tell of the ringing phone go out now. Instants are readings of performance.now(). */
  said(legId: string, extension: string, saidAt: number): void {
    this.#offers.set(legId, { extension, saidAt, latencyMs: null });
  }

  popped(legId: string, extension: string, poppedAt: number, match: string): void {
    const offer = this.#offers.get(legId);
    if (!offer || offer.latencyMs !== null) return void this.strays.push(`${legId} a second time, or never offered`);
    if (offer.extension !== extension) return void this.strays.push(`${legId} on the desk of another agent`);
    offer.latencyMs = poppedAt - offer.saidAt;
    this.matches.set(match, (this.matches.get(match) ?? 0) + 1);
  }

  get made(): number {
    return this.#offers.size;
  }

  get missing(): number {
    return this.made - this.#latencies().length;
  }

  get latency(): Latency {
    const values = this.#latencies();
    return { p50Ms: percentile(values, 0.5), p95Ms: percentile(values, 0.95), p99Ms: percentile(values, 0.99) };
  }

  #latencies(): number[] {
    return [...this.#offers.values()].flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  }
}
