/** A failure whose message is written for the person at the terminal: it says what is wrong and what to do. Shown without a stack. */
export class Trouble extends Error {
  override name = 'Trouble';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
