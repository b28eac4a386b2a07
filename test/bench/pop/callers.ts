/** Who calls: clients of the seeded base, so that looking them up and drawing their card is real work. */
import { clientPageSchema } from '@headset/server/contract/clients';

const PAGES = 5;

/** Numbers of a thousand clients, asked for as an operator’s screen asks; written as the recorded carrier writes them, without the plus. */
export async function callerNumbers(address: string, cookies: readonly string[]): Promise<string[]> {
  const numbers = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const query: string = new URLSearchParams({ limit: '200', ...(cursor !== null && { cursor }) }).toString();
    const response = await fetch(`${address}/api/clients?${query}`, { headers: { cookie: cookies[0] ?? '' } });
    const { items, nextCursor } = clientPageSchema.parse(await response.json());
    for (const { phones } of items) for (const { e164 } of phones) if (e164 !== null) numbers.add(e164.slice(1));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return [...numbers];
}
