/** The pause before reconnection attempt `attempt` (0 is the first): 0.25 s doubling to 8 s, each with up to half of jitter, so that a
 * hundred phones do not knock at a restarted PBX in one instant. `random` is within [0, 1). */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(8000, 250 * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/** RFC 3261 §14.1: after 491 the owner of the Call-ID waits 2.1–4 s, the other side 0–2 s. */
export function glareDelayMs(ownsCallId: boolean, random: number): number {
  return Math.round(ownsCallId ? 2100 + 1900 * random : 2000 * random);
}
