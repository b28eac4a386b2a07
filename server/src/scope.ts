/** A level of a right, with whose it is: what the statements take. */
import type { Scope } from '@headset/db';
import type { ClientScope } from '@headset/db/queries/clients';
import type { Actor, Level } from './rights.ts';

export function scopeOf({ actor, level }: { actor: Actor; level: Level }): Scope {
  switch (level) {
    case 'own':
      return { level, agentId: actor.agentId };
    case 'team':
      return { level, teamId: actor.teamId };
    case 'all':
      return { level };
  }
}

/** Clients belong to no single agent: own is the team's. */
export const clientScopeOf = ({ actor, level }: { actor: Actor; level: Level }): ClientScope =>
  level === 'all' ? { level } : { level: 'team', teamId: actor.teamId };
