/** The demo's logins, for the login page: only those that this database has. */
import type { Roster } from '../agents/roster.ts';
import type { LoginHints } from '../contract/session.ts';

const PASSWORD = 'headset';
const LOGINS = ['olga', 'pavel', 'svetlana', 'admin'];

export function demoLogins(roster: Roster): LoginHints['demoLogins'] {
  const agents = [...roster.agents].filter((agent) => agent.active);
  return LOGINS.flatMap((login) => {
    const agent = agents.find((candidate) => candidate.login === login);
    return agent ? [{ login, password: PASSWORD, role: agent.role, displayName: agent.displayName }] : [];
  });
}
