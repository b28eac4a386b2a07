/** Whose rows an actor may see: the level of a right, applied inside the statements. */
import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

export type Scope = { level: 'own'; agentId: string } | { level: 'team'; teamId: string } | { level: 'all' };

/** A condition on rows that name their agent and their team. */
export function visibleTo(scope: Scope, columns: { agentId: SQLWrapper; teamId: SQLWrapper }): SQL {
  switch (scope.level) {
    case 'own':
      return sql`${columns.agentId} = ${scope.agentId}`;
    case 'team':
      return sql`${columns.teamId} = ${scope.teamId}`;
    case 'all':
      return sql`true`;
  }
}
