/** What a failure of the database means: wait and try again, or the data themselves are at fault. */

/** SQLSTATE, or the driver's or the system's code. drizzle wraps the driver's error. */
export function codeOf(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return null;
}

/**
 * Postgres cannot be reached, is starting or stopping (57P0x), has no connection left (53xxx, 08xxx), or did not answer within the
 * statement's limit (57014, 55P03).
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code !== null &&
    (/^(57P0[0-9]|57014|55P03|53...|08...|25P03)$/.test(code) ||
      /^(CONNECT|CONNECTION_)/.test(code) ||
      ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code))
  );
}

/** Postgres refused the values: they will be refused again however often they are sent (SQLSTATE classes 21, 22, 23). */
export const isRefusedData = (error: unknown): boolean => /^2[123]...$/.test(codeOf(error) ?? '');

/** A single value that its column cannot hold (SQLSTATE class 22). */
export const isRefusedValue = (error: unknown): boolean => /^22...$/.test(codeOf(error) ?? '');
