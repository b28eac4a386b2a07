/** The calls that live when a blow falls: one, or more, in each stage of a call's life. */
import { callDetailSchema } from '@headset/server/contract/calls';
import { clientPageSchema } from '@headset/server/contract/clients';
import { until } from '../until.ts';
import type { Agent } from './agent.ts';
import type { Caller } from './callers.ts';
import type { Floor } from './floor.ts';
import type { CallStage, SeenCall } from './pbx-eye.ts';

export const STAGES: readonly CallStage[] = ['menu', 'queue', 'ringing', 'talking', 'transfer', 'consultation'];

export type Scene = {
  /** The operator has told which client this is, and consults somebody outside: the caller is on hold. */
  consulting: { agent: Agent; caller: Caller; callId: string; clientId: string };
  /** Sent a caller on to the administrator, whose phone rings, and went to lunch. */
  paused: Agent;
  transferred: { to: Agent; caller: Caller };
  ringing: Agent;
  /** In the queue, and in the menu; and the one for whom the phone rings. */
  waiting: readonly Caller[];
  live: readonly SeenCall[];
};

export const PAUSE_REASON = 'lunch';
/** Answers, and stays. */
const SOMEBODY_OUTSIDE = '74950000311';
const RING_WITHIN_MS = 30_000;

export async function setScene(floor: Floor): Promise<Scene> {
  const { callers, eye } = floor;
  const operators = [floor.agent('olga'), floor.agent('pavel')];
  const [supervisor, administrator] = [floor.agent('svetlana'), floor.agent('admin')];

  const consulting = await connect(floor, operators);
  const transferring = await connect(
    floor,
    operators.filter((agent) => agent !== consulting.agent),
  );
  const bound = await bindSomeClient(consulting.agent, consulting.caller);

  await consulting.agent.phone.consult(SOMEBODY_OUTSIDE);

  const { agent: paused, caller: transferred } = transferring;
  await paused.desk.command({ name: 'pause', reason: PAUSE_REASON });
  await until(`no calls for ${paused.login}`, async () => !(await eye.takesCalls(paused.extension)));
  await eye.sendOn(transferred.number, administrator.extension);
  await rings(administrator);

  const waiting = [await callers.call('queue')];
  await rings(supervisor);
  waiting.push(await callers.call('queue'), await callers.call('menu'));
  const live = await until('a call in each stage', async () => {
    const calls = await eye.calls();
    return STAGES.every((stage) => calls.some((call) => call.stage === stage)) && calls;
  });
  return {
    consulting: { ...consulting, ...bound },
    paused,
    transferred: { to: administrator, caller: transferred },
    ringing: supervisor,
    waiting,
    live,
  };
}

/** A caller whom one of these agents answers. */
async function connect({ callers, eye }: Floor, agents: readonly Agent[]): Promise<{ agent: Agent; caller: Caller }> {
  const caller = await callers.call('queue');
  const agent = await until(
    'an operator to be rung',
    () => agents.find(({ phone }) => phone.ringsFor === caller.number),
    RING_WITHIN_MS,
  );
  agent.answer();
  await until('a talk', async () => (await eye.stageOf(caller.number)) === 'talking');
  return { agent, caller };
}

/** What nobody but us knows of a call: the operator says which client it is. */
async function bindSomeClient({ desk }: Agent, { number }: Caller): Promise<{ callId: string; clientId: string }> {
  const call = await until('the call on the desk', () => desk.calls.find((each) => each.number === number));
  const { items } = await desk.read('/api/clients?limit=1', clientPageSchema);
  const clientId = items[0]?.id;
  if (clientId === undefined) throw new Error('The demo base has no clients');
  await desk.command({ name: 'bindClient', callId: call.callId, clientId });
  return { callId: call.callId, clientId };
}

export async function rings({ login, phone }: Agent): Promise<void> {
  await until(`${login}'s phone to ring`, () => phone.ringsFor !== null, RING_WITHIN_MS);
}

/** What our software alone knew before the blow, and does not know any more: a sentence for each. */
export async function forgotten(floor: Floor, { consulting, paused }: Scene): Promise<string[]> {
  const sentences: string[] = [];
  for (const { login, desk } of floor.agents) {
    const { intent, state } = desk;
    const wants = login === paused.login ? 'paused' : 'ready';
    if (intent?.wants !== wants || (intent.wants === 'paused' && intent.reason !== PAUSE_REASON))
      sentences.push(`${login} wanted to be ${wants}, and it is not known any more`);
    if (state?.name !== wants) sentences.push(`${login} is ${state?.name ?? 'without a desk'}, not ${wants}`);
  }
  const { client } = await floor.agent('admin').desk.read(`/api/calls/${consulting.callId}`, callDetailSchema);
  if (client?.id !== consulting.clientId) sentences.push('the client that an operator named is not known any more');
  return sentences;
}
