import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../db/src/index.ts';
import { InvalidCursorError } from '../../db/src/cursor.ts';
import { findIntent, saveIntent } from '../../db/src/queries/agent-intents.ts';
import {
  findAgentByExtension,
  findCredentials,
  findPhoneOf,
  listAgents,
  listPhones,
} from '../../db/src/queries/agents.ts';
import { findOrganisation, listPauseReasons } from '../../db/src/queries/organisation.ts';
import { listMemberships, listQueues } from '../../db/src/queries/queues.ts';
import { createSession, deleteExpiredSessions, deleteSession, findSession } from '../../db/src/queries/sessions.ts';
import { seed } from '../../db/src/seed.ts';
import { createTestDatabase } from '../postgres.ts';

let db: Database;
beforeAll(async () => {
  ({ db } = await createTestDatabase());
  await seed(db);
});

const olga = async () => {
  const found = await findCredentials(db, 'OLGA');
  if (!found) throw new Error('the demo has olga');
  return found.agent;
};

describe('sessions', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

  it('are found until they expire or end, with the locale of the organisation', async () => {
    const { id: agentId } = await olga();
    await createSession(db, { tokenHash: 'a', agentId, createdAt: now, expiresAt: later(8) });
    expect(await findSession(db, 'a', later(7))).toMatchObject({
      agentId,
      login: 'olga',
      role: 'operator',
      extension: '1001',
      locale: 'ru',
    });
    expect(await findSession(db, 'a', later(8))).toBeNull();
    expect(await findSession(db, 'b', now)).toBeNull();
    expect(await deleteSession(db, 'a')).toEqual({ agentId });
    expect(await findSession(db, 'a', now)).toBeNull();
    expect(await deleteSession(db, 'a')).toBeNull();
  });

  it('are swept when they have expired', async () => {
    const { id: agentId } = await olga();
    await createSession(db, { tokenHash: 'old', agentId, createdAt: now, expiresAt: later(1) });
    await createSession(db, { tokenHash: 'new', agentId, createdAt: now, expiresAt: later(3) });
    expect(await deleteExpiredSessions(db, later(2))).toEqual(['old']);
  });

  it('of an agent who left are worth nothing, nor is the password', async () => {
    const agent = await findAgentByExtension(db, 'main', '1002');
    if (!agent) throw new Error('the demo has 1002');
    await createSession(db, { tokenHash: 'gone', agentId: agent.id, createdAt: now, expiresAt: later(8) });
    await db.execute(sql`update agents set active = false where id = ${agent.id}`);
    expect(await findSession(db, 'gone', now)).toBeNull();
    expect(await findCredentials(db, 'pavel')).toBeNull();
    expect((await listPhones(db, 'main')).map((phone) => phone.extension)).toEqual(['1001', '1003', '1004']);
    expect((await listMemberships(db, 'main')).map((member) => member.extension)).toEqual(['1001', '1003']);
    await db.execute(sql`update agents set active = true where id = ${agent.id}`);
  });
});

describe('the directory', () => {
  it('sorts by the Russian alphabet, and pages', async () => {
    const first = await listAgents(db, { scope: { level: 'all' }, limit: 3 });
    const rest = await listAgents(db, { scope: { level: 'all' }, limit: 3, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...rest.items].map((agent) => agent.login)).toEqual(['admin', 'olga', 'pavel', 'svetlana']);
    expect(rest.nextCursor).toBeNull();
    await expect(listAgents(db, { scope: { level: 'all' }, limit: 3, cursor: 'rubbish' })).rejects.toThrow(
      InvalidCursorError,
    );
  });

  it('shows own, the team, or all, as the right goes', async () => {
    const { id: agentId, teamId } = await olga();
    const logins = async (scope: Parameters<typeof listAgents>[1]['scope']) =>
      (await listAgents(db, { scope, limit: 10 })).items.map((agent) => agent.login);
    expect(await logins({ level: 'own', agentId })).toEqual(['olga']);
    expect(await logins({ level: 'team', teamId })).toEqual(['olga', 'pavel', 'svetlana']);
  });

  it('never carries hashes or secrets; the phone account is for its agent', async () => {
    const agent = await olga();
    expect(JSON.stringify(await listAgents(db, { scope: { level: 'all' }, limit: 10 }))).not.toMatch(/hash|secret/i);
    expect(await findPhoneOf(db, agent.id)).toMatchObject({
      extension: '1001',
      sipSecret: expect.stringMatching(/^.{24}$/),
    });
  });
});

describe('the organisation', () => {
  it('has its zone, area code, queue and reasons to pause', async () => {
    expect(await findOrganisation(db)).toMatchObject({
      name: 'Северный свет',
      zone: 'Europe/Moscow',
      country: 'RU',
      areaCode: '4712',
    });
    expect((await listPauseReasons(db)).map((reason) => reason.code)).toEqual([
      'lunch',
      'break',
      'training',
      'meeting',
      'technical',
    ]);
    expect(await listQueues(db, { limit: 10 })).toMatchObject({ items: [{ code: 'support' }], nextCursor: null });
  });
});

describe('an intent', () => {
  it('replaces the former one', async () => {
    const { id: agentId } = await olga();
    const since = new Date('2026-11-22T10:00:00.123Z');
    expect(await findIntent(db, agentId)).toBeNull();
    await saveIntent(db, { agentId, wants: 'paused', pauseReason: 'lunch', since });
    expect(await findIntent(db, agentId)).toEqual({ agentId, wants: 'paused', pauseReason: 'lunch', since });
    await saveIntent(db, { agentId, wants: 'ready', since });
    expect(await findIntent(db, agentId)).toEqual({ agentId, wants: 'ready', since });
  });

  it('needs a reason that exists', async () => {
    const { id: agentId } = await olga();
    await expect(
      saveIntent(db, { agentId, wants: 'paused', pauseReason: 'fishing', since: new Date() }),
    ).rejects.toMatchObject({
      cause: { code: '23503' },
    });
  });
});
