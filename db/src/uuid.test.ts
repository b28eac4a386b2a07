import { describe, expect, it } from 'vitest';
import { uuidv7 } from './uuid.ts';

const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

describe('uuidv7', () => {
  it('has the version and variant of RFC 9562', () => {
    for (let i = 0; i < 100; i++)
      expect(uuidv7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with the milliseconds since 1970', () => {
    const later = Date.now() + 1_000_000;
    expect(timeOf(uuidv7(later))).toBe(later);
  });

  it('grows within one millisecond, and when the counter overflows', () => {
    const now = Date.now() + 2_000_000;
    const ids = Array.from({ length: 10_000 }, () => uuidv7(now));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('grows when the clock goes back', () => {
    const now = Date.now() + 3_000_000;
    const before = uuidv7(now);
    expect(uuidv7(now - 60_000) > before).toBe(true);
  });
});
