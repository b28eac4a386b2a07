/** Invented people and calls, typed by the contract. Their numbers cannot exist: the local part begins with 0. */
import type { Call, CallDetail } from '@headset/server/contract/calls.ts';
import type { ClientCard, ClientSummary } from '@headset/server/contract/clients.ts';
import type { AgentState, DeskCall } from '@headset/server/contract/desk.ts';
import type { Session } from '@headset/server/contract/session.ts';
import { fromSnapshot, type DeskView } from '../desk/view.ts';
import { phoneAtRest, type PhoneCall, type PhoneState } from '../phone/phone-state.ts';

const id = (n: number): string => `0193a7f0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const queue = { code: 'support', nameRu: 'Обслуживание клиентов', nameEn: 'Customer service' };
const queueOfLog = { id: id(900), ...queue };
const day = '2026-11-22';
const at = (time: string): string => `${day}T${time}.000Z`;

export const session: Session = {
  agent: {
    id: id(1),
    login: 'olga',
    displayName: 'Ольга Константинопольская',
    role: 'operator',
    teamId: id(2),
    extension: '1001',
    locale: 'ru',
  },
  rights: ['read:calls:own'],
  organisation: { name: 'Курские сети', zone: 'Europe/Moscow', locale: 'ru', country: 'RU', areaCode: '4712' },
  pauseReasons: [
    { code: 'lunch', nameRu: 'Обед', nameEn: 'Lunch' },
    { code: 'break', nameRu: 'Перерыв', nameEn: 'Break' },
    { code: 'training', nameRu: 'Обучение', nameEn: 'Training' },
    { code: 'paperwork', nameRu: 'Работа с документами', nameEn: 'Paperwork' },
  ],
  demo: true,
};

export const call = (n: number, changes: Partial<Call> = {}): Call => ({
  id: `main:${1763800000 + n}.${n}`,
  direction: 'inbound',
  number: '+74950000131',
  numberE164: '+74950000131',
  callerName: null,
  dialled: '+74950000100',
  client: { id: id(10), name: 'Кузнецова Мария Петровна' },
  queue: queueOfLog,
  agent: { id: id(1), name: 'Ольга Константинопольская' },
  startedAt: at('07:14:10'),
  connectedAt: at('07:14:52'),
  endedAt: at('07:18:03'),
  waitMs: 41_000,
  talkMs: 191_000,
  heldMs: 0,
  durationMs: 233_000,
  result: 'answered',
  endedBy: 'external',
  ...changes,
});

export const calls: Call[] = [
  call(9, { result: 'live', endedAt: null, endedBy: null, startedAt: at('07:31:02') }),
  call(8, { client: null, numberE164: '+74712000112', number: '+74712000112', startedAt: at('07:22:40') }),
  call(7, {
    result: 'abandoned',
    startedAt: at('07:20:11'),
    connectedAt: null,
    talkMs: 0,
    waitMs: 184_000,
    agent: null,
    client: { id: id(11), name: 'Муниципальное казённое предприятие «Горэлектросети и теплоснабжение»' },
  }),
  call(6, { direction: 'outbound', result: 'busy', startedAt: at('07:16:00'), talkMs: 0, waitMs: 0, queue: null }),
  call(5),
  call(4, { number: null, numberE164: null, client: null, result: 'missed', talkMs: 0, startedAt: at('06:58:31') }),
  call(3, {
    direction: 'internal',
    number: '1002',
    numberE164: null,
    client: null,
    callerName: 'Павел Орлов',
    queue: null,
    waitMs: 0,
    startedAt: at('06:40:02'),
  }),
  call(2, {
    result: 'unobtainable',
    direction: 'outbound',
    talkMs: 0,
    queue: null,
    startedAt: '2026-11-21T14:02:11.000Z',
  }),
  call(1, { result: 'pbx_lost', startedAt: '2026-11-20T09:30:00.000Z' }),
  call(0, { result: 'timeout', talkMs: 0, waitMs: 600_000, startedAt: '2025-12-30T09:30:00.000Z' }),
];

const leg = (n: number, changes: Partial<CallDetail['legs'][number]>): CallDetail['legs'][number] => ({
  id: `leg-${n}`,
  number: null,
  name: null,
  extension: null,
  agent: null,
  startedAt: at('07:14:10'),
  answeredAt: null,
  connectedAt: null,
  endedAt: at('07:18:03'),
  heldMs: 0,
  outcome: null,
  ...changes,
});

export const callDetail: CallDetail = {
  ...call(5, { heldMs: 24_000 }),
  consultOf: null,
  endCause: 16,
  legs: [
    leg(1, { number: '+74950000131', name: 'Кузнецова Мария Петровна', connectedAt: at('07:14:52') }),
    leg(2, {
      agent: { id: id(3), name: 'Павел Орлов' },
      startedAt: at('07:14:24'),
      endedAt: at('07:14:39'),
      outcome: 'no_answer',
    }),
    leg(3, {
      agent: { id: id(1), name: 'Ольга Константинопольская' },
      startedAt: at('07:14:41'),
      connectedAt: at('07:14:52'),
    }),
  ],
  queueVisits: [
    {
      visit: 1,
      queueCode: 'support',
      joinedAt: at('07:14:22'),
      leftAt: at('07:14:52'),
      outcome: 'connected',
      waitMs: 30_000,
      position: 2,
      offers: 2,
      agent: { id: id(1), name: 'Ольга Константинопольская' },
    },
  ],
};

export const summary = (n: number, changes: Partial<ClientSummary> = {}): ClientSummary => ({
  id: id(n),
  kind: 'person',
  name: 'Кузнецова Мария Петровна',
  address: 'г. Курск, ул. Ленина, д. 12, кв. 40',
  account: '4601 0023 1187',
  balanceMinor: -1_245_050,
  currency: 'RUB',
  flags: [],
  phones: [{ e164: '+74950000131', written: '8 495 000-01-31', extension: null, kind: 'mobile' }],
  ...changes,
});

export const cards: Record<'debtor' | 'clear' | 'company', ClientCard> = {
  debtor: {
    ...summary(10, { flags: ['debtor', 'disabled'] }),
    stickyNote: 'Плохо слышит: говорить медленно. Квитанции получает дочь, сверять телефон перед отправкой.',
    accounts: [{ id: id(30), number: '4601 0023 1187', address: null, balanceMinor: -1_245_050, currency: 'RUB' }],
    lastCalls: [call(5), call(4), call(6)],
  },
  clear: {
    ...summary(12, { name: 'Ли Ан', balanceMinor: 0, address: null, phones: [] }),
    stickyNote: null,
    accounts: [],
    lastCalls: [],
  },
  company: {
    ...summary(11, {
      kind: 'company',
      name: 'Муниципальное казённое предприятие «Горэлектросети и теплоснабжение города Железногорска»',
      address: 'Курская область, г. Железногорск, проспект Энергетиков, д. 114, корпус 2, офис 318',
      flags: ['vip', 'court', 'Рассрочка до марта'],
      balanceMinor: -98_745_003_311,
      phones: [
        { e164: '+74712000112', written: '(4712) 00-01-12', extension: '204', kind: 'work' },
        { e164: '+74712000113', written: '(4712) 00-01-13', extension: null, kind: 'work' },
        { e164: null, written: 'через диспетчера', extension: null, kind: 'other' },
      ],
    }),
    stickyNote: 'Звонить только главному энергетику.',
    accounts: [
      {
        id: id(31),
        number: '4600 1100 0001',
        address: 'Подстанция «Северная»',
        balanceMinor: -98_700_003_311,
        currency: 'RUB',
      },
      {
        id: id(32),
        number: '4600 1100 0002',
        address: 'пр. Энергетиков, 114',
        balanceMinor: -45_000_000,
        currency: 'RUB',
      },
      { id: id(33), number: '4600 1100 0003', address: 'Котельная № 4', balanceMinor: 120_000, currency: 'RUB' },
    ],
    lastCalls: [call(7), call(5), call(2)],
  },
};

export const candidates: ClientSummary[] = [
  summary(10),
  summary(13, { name: 'Кузнецов Пётр Алексеевич', account: '4601 0023 1188', balanceMinor: 0 }),
  summary(11, { kind: 'company', name: cards.company.name, account: '4600 1100 0001', address: cards.company.address }),
];

export const deskCall = (changes: Partial<DeskCall> = {}): DeskCall => ({
  callId: 'main:1763800100.1',
  legId: 'main:1763800101.2',
  direction: 'inbound',
  phase: 'offered',
  phaseAgeMs: 7_000,
  callAgeMs: 54_000,
  waitMs: 41_000,
  number: '+74950000131',
  numberE164: '+74950000131',
  callerName: null,
  queue,
  match: { kind: 'one', card: cards.debtor },
  ...changes,
});

export function deskView(state: AgentState, deskCalls: DeskCall[] = [], changes: Partial<DeskView> = {}): DeskView {
  const view = fromSnapshot(
    {
      state,
      stateAgeMs: 134_000,
      intent: state.name === 'paused' ? { wants: 'paused', reason: state.reason } : { wants: 'ready' },
      phoneReachable: true,
      telephony: { state: 'connected' },
      waiting: { waiting: 3, longestAgeMs: 41_000 },
      calls: deskCalls,
    },
    performance.now(),
  );
  return { ...view, ...changes };
}

const phoneCallId = { id: 'sip-1', number: '+74950000131' };
export const phoneCalls: Record<PhoneCall['phase'] | 'held', PhoneCall> = {
  ringing: { ...phoneCallId, phase: 'ringing' },
  answering: { ...phoneCallId, phase: 'answering' },
  calling: { ...phoneCallId, phase: 'calling', earlyMedia: false },
  talking: { ...phoneCallId, phase: 'talking', muted: false, hold: 'off', digits: '' },
  held: { ...phoneCallId, phase: 'talking', muted: false, hold: 'on', digits: '' },
};

export const phone = (call: PhoneCall | null = null, changes: Partial<PhoneState> = {}): PhoneState => ({
  ...phoneAtRest,
  line: { name: 'registered' },
  microphone: 'granted',
  call,
  ...changes,
});

export const since = at('07:29:58');
