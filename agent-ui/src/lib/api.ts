/**
 * Headset's HTTP interface, typed by the contract: every answer is checked against its zod schema, every failure is a value with a code
 * that the screen has words for. Nothing here throws.
 */
import { callDetailSchema, callPageSchema, type CallFilter } from '@headset/server/contract/calls.ts';
import { clientCardSchema, clientPageSchema, type NewClient } from '@headset/server/contract/clients.ts';
import { agentPageSchema, demoCallAnswerSchema, queuePageSchema } from '@headset/server/contract/directory.ts';
import { problemSchema, type ErrorCode } from '@headset/server/contract/errors.ts';
import { loginHintsSchema, phoneAccountSchema, sessionSchema } from '@headset/server/contract/session.ts';
import type { z } from 'zod';

/** `offline`: no answer at all. `unreadable`: an answer that is not of the contract. */
export type ApiFailure = {
  code: ErrorCode | 'offline' | 'unreadable';
  reference?: string | undefined;
  retryAfterSeconds?: number | undefined;
  /** Names of the refused fields, when the code is `invalid`. */
  fields: readonly string[];
};
export type ApiResult<Value> = { ok: true; value: Value } | { ok: false; failure: ApiFailure };

type Request = { method?: 'GET' | 'POST' | 'DELETE'; query?: object; body?: unknown; signal?: AbortSignal };

export const api = {
  loginHints: () => ask('/session/hints', loginHintsSchema),
  session: () => ask('/session', sessionSchema),
  logIn: (login: string, password: string) =>
    ask('/session', sessionSchema, { method: 'POST', body: { login, password } }),
  logOut: () => tell('/session', { method: 'DELETE' }),
  phoneAccount: () => ask('/session/phone', phoneAccountSchema),
  calls: (filter: CallFilter, signal?: AbortSignal) =>
    ask('/calls', callPageSchema, { query: filter, ...(signal ? { signal } : {}) }),
  call: (id: string) => ask(`/calls/${encodeURIComponent(id)}`, callDetailSchema),
  clients: (q: string, signal?: AbortSignal) =>
    ask('/clients', clientPageSchema, { query: { q, limit: 8 }, ...(signal ? { signal } : {}) }),
  client: (id: string) => ask(`/clients/${encodeURIComponent(id)}`, clientCardSchema),
  createClient: (client: NewClient) => ask('/clients', clientCardSchema, { method: 'POST', body: client }),
  agents: () => ask('/agents', agentPageSchema, { query: { limit: 200 } }),
  queues: () => ask('/queues', queuePageSchema, { query: { limit: 200 } }),
  demoCall: (caller: 'client' | 'unknown' | 'hidden') =>
    ask('/demo/calls', demoCallAnswerSchema, { method: 'POST', body: { caller } }),
};

async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  request: Request = {},
): Promise<ApiResult<z.infer<Schema>>> {
  const answer = await send(path, request);
  if (!answer.ok) return answer;
  const parsed = schema.safeParse(answer.value);
  return parsed.success ? { ok: true, value: parsed.data } : failed('unreadable');
}

/** For requests whose answer has no body. */
async function tell(path: string, request: Request): Promise<ApiResult<null>> {
  const answer = await send(path, request);
  return answer.ok ? { ok: true, value: null } : answer;
}

async function send(path: string, request: Request): Promise<ApiResult<unknown>> {
  const { method = 'GET', body, query, signal } = request;
  try {
    const response = await fetch(`/api${path}${queryText(query)}`, {
      method,
      credentials: 'same-origin',
      ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const value: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
    return response.ok ? { ok: true, value } : refusedWith(value);
  } catch {
    return failed('offline');
  }
}

function refusedWith(value: unknown): { ok: false; failure: ApiFailure } {
  const problem = problemSchema.safeParse(value);
  // A proxy before the server, or a page of its own, answers without a problem document.
  if (!problem.success) return failed('unavailable');
  const { code, reference, retryAfterSeconds, fields = [] } = problem.data;
  return { ok: false, failure: { code, reference, retryAfterSeconds, fields: fields.map((field) => field.path) } };
}

function failed(code: ApiFailure['code']): { ok: false; failure: ApiFailure } {
  return { ok: false, failure: { code, fields: [] } };
}

/** Fields that are undefined or empty are left out. */
function queryText(query: object = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : '';
}
