/**
 * Errors of the HTTP interface: RFC 9457 problem documents with a closed set of codes, made by one table of factories and sent by one
 * handler. What went wrong inside is in the log under a reference, and not in the answer.
 */
import { randomBytes } from 'node:crypto';
import { InvalidCursorError } from '@headset/db';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { ErrorCode, Problem } from './contract/errors.ts';
import { isDatabaseAway, isRefusedValue } from './database-errors.ts';

export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly problem: Problem;
  constructor(status: number, code: ErrorCode, title: string, more: Partial<Problem> = {}) {
    super(code);
    this.problem = { type: 'about:blank', title, status, code, ...more };
  }
}

type Field = { path: string; code: string };

export const problems = {
  invalid: (fields: Field[] = []) => new ProblemError(400, 'invalid', 'The request is malformed', { fields }),
  unauthenticated: () => new ProblemError(401, 'unauthenticated', 'Log in first'),
  wrongCredentials: () => new ProblemError(401, 'wrong_credentials', 'Login or password is wrong'),
  forbidden: () => new ProblemError(403, 'forbidden', 'You have no right to this'),
  crossSite: () => new ProblemError(403, 'cross_site', 'The request came from another site'),
  notFound: () => new ProblemError(404, 'not_found', 'There is no such thing'),
  conflict: () => new ProblemError(409, 'conflict', 'This contradicts what is there'),
  tooManyRequests: (retryAfterSeconds: number) =>
    new ProblemError(429, 'too_many_requests', 'Too many attempts', { retryAfterSeconds }),
  internal: (reference: string) => new ProblemError(500, 'internal', 'Something went wrong', { reference }),
  unavailable: () => new ProblemError(503, 'unavailable', 'The database or the telephony is out of reach'),
};

export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler(async (error: FastifyError | ProblemError, request, reply) =>
    sendProblem(reply, problemOf(error, request)),
  );
}

export async function sendProblem(reply: FastifyReply, { problem }: ProblemError): Promise<FastifyReply> {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  // Stringified here: a route's response schema describes its success.
  return reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}

function problemOf(error: FastifyError | ProblemError, request: FastifyRequest): ProblemError {
  if (error instanceof ProblemError) return error;
  if (hasZodFastifySchemaValidationErrors(error))
    return problems.invalid(
      error.validation.map((issue) => ({
        path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
        code: issue.keyword,
      })),
    );
  // Fastify's own refusals (malformed JSON, a body too large, an unknown media type) carry their status.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return problems.invalid();
  // NUL in a text, a number out of range: Postgres is the last to look at values.
  if (error instanceof InvalidCursorError || isRefusedValue(error)) return problems.invalid();
  const reference = randomBytes(6).toString('hex');
  const away = isDatabaseAway(error);
  request.log[away ? 'warn' : 'error']({ err: error, reference, route: request.routeOptions.url }, 'request failed');
  return away ? problems.unavailable() : problems.internal(reference);
}
