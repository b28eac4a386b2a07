/** The demo's client base: people and companies of an energy supplier, with accounts, debts and numbers that cannot exist. */
import type { clientPhones, clients, personalAccounts } from '../schema.ts';
import { companyForms, companyNames, men, patronymics, streets, surnames, towns, women } from './names.ts';
import { seededRandom, type Random } from './random.ts';

export type DemoBase = {
  clients: (typeof clients.$inferInsert)[];
  phones: (typeof clientPhones.$inferInsert)[];
  accounts: (typeof personalAccounts.$inferInsert)[];
};

const COUNT = 3_000;
const FIRST_CREATED_AT = Date.UTC(2021, 0, 11, 8);
const MINUTES_APART = 900;
/** Of the first client's mobile; the others follow. */
const FIRST_MOBILE = 1_000;

export function demoBase(): DemoBase {
  const random = seededRandom(20_261_122);
  const base: DemoBase = { clients: [], phones: [], accounts: [] };
  for (let i = 0; i < COUNT; i++) addClient(base, i, random);
  return base;
}

/**
 * Whom the demo carrier calls as. The first ten clients are people whose numbers are theirs alone, but for the second and third, who
 * share one. The very first has two accounts and owes 1,842.50 on one of them.
 */
export function demoCallers(): { clients: string[]; shared: string; unknown: string } {
  const alone = [0, 3, 4, 5, 6, 7, 8, 9];
  return { clients: alone.map(mobileOf), shared: mobileOf(1), unknown: '+74950099999' };
}

/** Fictional: local parts begin with 0. The end tells the client's place, one number for each. */
const mobileOf = (i: number): string => `+7495${String(FIRST_MOBILE + i * 7).padStart(7, '0')}`;
const landlineOf = (i: number): string => `+74712${String(i * 11 + 15).padStart(6, '0')}`;

function addClient(base: DemoBase, i: number, random: Random): void {
  const createdMs = FIRST_CREATED_AT + i * MINUTES_APART * 60_000;
  const id = random.uuid(createdMs);
  const isCompany = i >= 10 && random.chance(5);
  const address = addressOf(random);
  base.clients.push({
    id,
    kind: isCompany ? 'company' : 'person',
    name: isCompany ? companyOf(random) : personOf(random),
    address,
    ...remarksOf(random, isCompany),
    createdAt: new Date(createdMs),
    updatedAt: new Date(createdMs),
  });
  addAccounts(base, i, id, address, createdMs, random);
  addPhones(base, i, id, isCompany, createdMs, random);
}

function addAccounts(
  base: DemoBase,
  i: number,
  clientId: string,
  address: string,
  createdMs: number,
  random: Random,
): void {
  const count = i === 0 || random.chance(12) ? 2 : 1;
  for (let n = 0; n < count; n++) {
    base.accounts.push({
      id: random.uuid(createdMs),
      clientId,
      number: `46${String(i * 10 + n).padStart(7, '0')}`,
      address: n === 0 ? address : addressOf(random),
      balanceMinor: i === 0 && n === 0 ? -184_250 : balanceOf(random),
      createdAt: new Date(createdMs + n),
    });
  }
}

/** A third owe something: mostly a month or two, a few much. */
function balanceOf(random: Random): number {
  const fate = random.below(100);
  if (fate < 45) return 0;
  if (fate < 67) return random.below(120_000);
  if (fate < 95) return -(30_000 + random.below(600_000));
  return -(1_000_000 + random.below(7_000_000));
}

function addPhones(
  base: DemoBase,
  i: number,
  clientId: string,
  isCompany: boolean,
  createdMs: number,
  random: Random,
): void {
  const add = (phone: Omit<DemoBase['phones'][number], 'id' | 'clientId' | 'sort'>, sort: number) =>
    base.phones.push({ id: random.uuid(createdMs), clientId, sort, ...phone });
  // Of each hundred the third shares the second's number: a family with one telephone.
  const mobile = mobileOf(i % 100 === 2 ? i - 1 : i);
  const extension = isCompany && random.chance(60) ? String(100 + random.below(80)) : null;
  const written = writtenAs(mobile, random) + (extension ? ` доб. ${extension}` : '');
  add({ e164: mobile, written, extension, kind: isCompany ? 'work' : 'mobile' }, 0);
  if (i === 0 || random.chance(45)) {
    const landline = landlineOf(i);
    add({ e164: landline, written: writtenAs(landline, random), kind: isCompany ? 'work' : 'home' }, 1);
  }
  if (i >= 10 && random.chance(4))
    add({ e164: null, written: random.pick(['спросить соседку', 'нет', 'только письмом']), kind: 'other' }, 2);
}

/** As many hands wrote it over the years. */
function writtenAs(e164: string, random: Random): string {
  const national = e164.slice(2);
  const code = national.startsWith('4712') ? '4712' : national.slice(0, 3);
  const local = national.slice(code.length).replace(/(\d\d)(\d\d)$/, '-$1-$2');
  return random.pick([e164, `8${national}`, `8 (${code}) ${local}`, `+7 ${code} ${local}`, `8-${code}-${local}`]);
}

function personOf(random: Random): string {
  const surname = random.pick(surnames);
  const patronymic = random.pick(patronymics);
  return random.chance(45)
    ? `${surname} ${random.pick(men)} ${patronymic}ич`
    : `${surname}а ${random.pick(women)} ${patronymic}на`;
}

const companyOf = (random: Random): string => `${random.pick(companyForms)} «${random.pick(companyNames)}»`;

function addressOf(random: Random): string {
  const house = `${random.pick(towns)}, ${random.pick(streets)}, д. ${1 + random.below(120)}`;
  return random.chance(70) ? `${house}, кв. ${1 + random.below(180)}` : house;
}

function remarksOf(random: Random, isCompany: boolean): { flags: string[]; stickyNote: string | null } {
  const fate = random.below(100);
  if (fate < 2) return { flags: ['vip'], stickyNote: null };
  if (fate < 3 && !isCompany)
    return { flags: ['life_support'], stickyNote: 'Дома медицинский аппарат: не отключать без звонка' };
  if (fate < 5)
    return {
      flags: [],
      stickyNote: random.pick([
        'Плохо слышит: говорить громче',
        'Просит звонить после 18 часов',
        'Спор о счётчике, см. заявку',
      ]),
    };
  return { flags: [], stickyNote: null };
}
