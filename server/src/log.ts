/**
 * Logging without personal data: no names, no numbers, no addresses with queries. Whoever logs gives codes and ids; errors, whose texts we
 * do not write, lose their digits and everything that Postgres adds about the values.
 */
import { pino, type DestinationStream, type Logger } from 'pino';
import { codeOf } from './database-errors.ts';

export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: describeError, req: () => undefined, res: () => undefined },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Type, code, and where it happened. The first line of a stack holds the message, which may quote what somebody typed. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = codeOf(error);
  // Texts of the database quote values; ours are codes, and say more than a type.
  const message = code === null ? error.message.replace(/["'].*["']/gs, '"…"').replace(/\d{3,}/g, '…') : undefined;
  return {
    type: error.name,
    code,
    message: message?.slice(0, 200),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .join('\n'),
  };
}
