/**
 * Who may do what. Roles are sets of rights; `can` tells up to which level an actor may do an action to a resource, and the level is
 * applied in SQL. Every route and every socket event asks here, and there is no other place that knows a role.
 */
import type { Role } from './contract/session.ts';

/** own: what is mine · team: what is my team's · all: everything. */
export type Level = 'own' | 'team' | 'all';
export type Action = 'read' | 'create' | 'update' | 'delete';
export type Resource =
  | 'session'
  | 'phone'
  | 'desk'
  | 'intent'
  | 'calls'
  | 'clients'
  | 'agents'
  | 'queues'
  | 'demo_calls'
  | 'docs'
  | 'metrics';
/** As the screen gets it: `read:calls:team`. */
export type Right = `${Action}:${Resource}:${Level}`;

export type Actor = { agentId: string; teamId: string; role: Role };

/** `update:calls` is binding a call to a client. */
const operator = [
  'read:session:own',
  'delete:session:own',
  'read:phone:own',
  'read:desk:own',
  'update:intent:own',
  'read:calls:own',
  'update:calls:own',
  'read:clients:all',
  'create:clients:all',
  'read:agents:all',
  'read:queues:all',
  'create:demo_calls:own',
  'read:docs:all',
] as const satisfies Right[];

const supervisor = [...operator, 'read:calls:team', 'update:calls:team'] as const satisfies Right[];

const admin = [...supervisor, 'read:calls:all', 'update:calls:all', 'read:metrics:all'] as const satisfies Right[];

const roles: Record<Role, readonly Right[]> = { operator, supervisor, admin };
const levels: readonly Level[] = ['all', 'team', 'own'];

/** Every right of the role, the widest level of each alone. */
export function rightsOf(role: Role): Right[] {
  return roles[role].filter((right) => {
    const [action, resource, level] = right.split(':');
    return levels
      .slice(
        0,
        levels.findIndex((l) => l === level),
      )
      .every((wider) => !has(role, `${action}:${resource}:${wider}`));
  });
}

export type Can = (actor: Pick<Actor, 'role'>, action: Action, resource: Resource) => Level | 'none';

export const can: Can = (actor, action, resource) =>
  levels.find((level) => has(actor.role, `${action}:${resource}:${level}`)) ?? 'none';

const has = (role: Role, right: string): boolean => roles[role].some((held) => held === right);
