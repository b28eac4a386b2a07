/** Who did what to which thing. Append-only: there is no update and no delete here. */
import type { Queryable } from '../database.ts';
import { audit } from '../schema.ts';
import { uuidv7 } from '../uuid.ts';

export type AuditEntry = {
  /** Null when nobody was logged in (a failed login) or the system acted. */
  actorId: string | null;
  /** Past tense in one word or two: `logged_in`, `read`, `created`. */
  action: string;
  /** The noun: `session`, `client`, `call`. */
  resource: string;
  resourceId?: string | null;
  /** Codes and ids, no personal data. */
  details?: Record<string, unknown>;
  ip?: string | null;
};

export async function writeAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.insert(audit).values({ id: uuidv7(), ...entry });
}
