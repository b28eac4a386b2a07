/** The demo's organisation: who works there, in which queue, with which reasons to pause. */
import { hash } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import type { agents, memberships, organisations, pauseReasons, queues, teams } from '../schema.ts';
import { seededRandom } from './random.ts';

/** For everyone, and so only while bound to loopback: see the server's DEMO_LOGINS. */
export const DEMO_PASSWORD = 'headset';

const MADE_AT = Date.UTC(2021, 0, 11, 8);
const random = seededRandom(1);
const id = (): string => random.uuid(MADE_AT);

export const organisation: typeof organisations.$inferInsert = {
  id: id(),
  name: 'Северный свет',
  zone: 'Europe/Moscow',
  locale: 'ru',
  country: 'RU',
  areaCode: '4712',
};

const support = { id: id(), name: 'Поддержка' };
const office = { id: id(), name: 'Дирекция' };
export const demoTeams: (typeof teams.$inferInsert)[] = [support, office];

const people = [
  { login: 'olga', displayName: 'Ольга Ветрова', role: 'operator', teamId: support.id, extension: '1001' },
  { login: 'pavel', displayName: 'Павел Снегирёв', role: 'operator', teamId: support.id, extension: '1002' },
  { login: 'svetlana', displayName: 'Светлана Зорина', role: 'supervisor', teamId: support.id, extension: '1003' },
  { login: 'admin', displayName: 'Администратор', role: 'admin', teamId: office.id, extension: '1004' },
] as const;

export const demoLogins = people.map(({ login, displayName, role }) => ({
  login,
  displayName,
  role,
  password: DEMO_PASSWORD,
}));

const agentIds = people.map(id);

/** Passwords are salted and SIP secrets random: these two differ on every machine. */
export async function demoAgents(pbxId: string): Promise<(typeof agents.$inferInsert)[]> {
  return Promise.all(
    people.map(async (person, i) => ({
      id: agentIds[i] ?? id(),
      ...person,
      passwordHash: await hash(DEMO_PASSWORD),
      pbxId,
      sipSecret: randomBytes(18).toString('base64url'),
    })),
  );
}

export const demoPauseReasons: (typeof pauseReasons.$inferInsert)[] = [
  { code: 'lunch', nameRu: 'Обед', nameEn: 'Lunch', paid: false },
  { code: 'break', nameRu: 'Перерыв', nameEn: 'Break' },
  { code: 'training', nameRu: 'Обучение', nameEn: 'Training' },
  { code: 'meeting', nameRu: 'Совещание', nameEn: 'Meeting' },
  { code: 'technical', nameRu: 'Технические неполадки', nameEn: 'Technical trouble' },
].map((reason, sort) => ({ ...reason, sort }));

const supportQueueId = id();
export const demoQueues = (pbxId: string): (typeof queues.$inferInsert)[] => [
  { id: supportQueueId, pbxId, code: 'support', nameRu: 'Поддержка', nameEn: 'Support' },
];

/** The supervisor is rung when both operators are busy. */
export const demoMemberships: (typeof memberships.$inferInsert)[] = [0, 0, 1].map((penalty, i) => ({
  queueId: supportQueueId,
  agentId: agentIds[i] ?? id(),
  penalty,
}));
