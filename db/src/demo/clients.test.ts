import { describe, expect, it } from 'vitest';
import { demoBase, demoCallers } from './clients.ts';

describe('the demo base', () => {
  const base = demoBase();

  it('is the same each time', () => {
    expect(demoBase()).toEqual(base);
  });

  it('has no number that could exist: local parts begin with 0', () => {
    for (const { e164 } of base.phones) if (e164) expect(e164).toMatch(/^\+7(4950\d{6}|47120\d{5})$/);
    for (const e164 of [demoCallers().unknown, demoCallers().shared]) expect(e164).toMatch(/^\+74950\d{6}$/);
  });

  it('knows the demo callers: one owner each, two for the shared number, none for the unknown', () => {
    const owners = (e164: string) => base.phones.filter((phone) => phone.e164 === e164).length;
    const { clients, shared, unknown } = demoCallers();
    expect(clients.map(owners)).toEqual(clients.map(() => 1));
    expect(owners(shared)).toBe(2);
    expect(owners(unknown)).toBe(0);
  });

  it('has people, companies, debts, several accounts and several phones', () => {
    const mostOf = (rows: readonly { clientId: string }[]) => {
      const counts = new Map<string, number>();
      for (const { clientId } of rows) counts.set(clientId, (counts.get(clientId) ?? 0) + 1);
      return Math.max(...counts.values());
    };
    expect(base.clients.length).toBe(3_000);
    expect(new Set(base.clients.map((client) => client.kind))).toEqual(new Set(['person', 'company']));
    expect(base.accounts.filter((account) => (account.balanceMinor ?? 0) < 0).length).toBeGreaterThan(600);
    expect([mostOf(base.accounts), mostOf(base.phones)]).toEqual([2, 3]);
  });
});
