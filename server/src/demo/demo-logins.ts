/** The demo's logins, for the login page: only those that this database has. */
import { demoLogins } from '@headset/db/seed';
import type { Roster } from '../agents/roster.ts';
import type { LoginHints } from '../contract/session.ts';

export function demoLoginsOf(roster: Roster): LoginHints['demoLogins'] {
  const logins = new Set([...roster.agents].filter(({ active }) => active).map(({ login }) => login));
  return demoLogins.filter(({ login }) => logins.has(login));
}
