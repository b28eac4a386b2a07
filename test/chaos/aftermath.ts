/**
 * What becomes of the calls after a blow, and of those who call meanwhile. Everybody does what people do: agents answer what rings,
 * callers hang up when they have talked or lost patience. Nobody asks our software anything before it is back.
 */
import { until } from '../until.ts';
import type { Agent } from './agent.ts';
import type { Blow } from './blows.ts';
import type { Caller } from './callers.ts';
import type { Floor } from './floor.ts';
import { rings, type Scene } from './scene.ts';

const SERVED_WITHIN_MS = 60_000;
const BACK_WITHIN_MS = 60_000;
/** How long somebody waits in the queue who then gives up. */
const PATIENCE_MS = 2_500;

export type Aftermath = {
  /** Milliseconds since 1970. */
  healthyAt: number;
  /** Those who called during the outage, and of them those whom an agent answered. */
  came: number;
  served: number;
};

export async function playOn(floor: Floor, scene: Scene, blow: Blow): Promise<Aftermath> {
  const lift = await blow.strike(floor);
  return blow.killsCalls ? afterDeathOfAllCalls(floor) : whileCallsGoOn(floor, scene, lift);
}

async function whileCallsGoOn(floor: Floor, scene: Scene, lift: () => Promise<void>): Promise<Aftermath> {
  const { callers } = floor;
  const { consulting, transferred, ringing } = scene;
  const newcomers = [await callers.call('queue'), await callers.call('queue')];
  const answered = ringing.answer();
  await Promise.all([
    answersAndHangsUp(transferred.to),
    consulting.agent.phone.transfer(),
    leavesTheMenu(floor),
    losesPatience(floor),
  ]);
  consulting.agent.attend();
  await lift();
  const healthyAt = await untilHealthy(floor);

  await until(`the talk on ${ringing.login}'s desk`, () =>
    ringing.desk.calls.some(({ number, phase }) => number === answered && phase === 'talking'),
  );
  await until('the transfer', () => floor.eye.isPassedOutside(consulting.caller.number));
  await until(`the caller to leave ${consulting.agent.login}'s desk`, () =>
    consulting.agent.desk.calls.every(({ callId }) => callId !== consulting.callId),
  );
  await callers.hangUp(consulting.caller);
  ringing.phone.hangUp();
  ringing.attend();
  await untilServed(floor, [...scene.waiting, ...newcomers]);
  await Promise.all([consulting.agent, ringing].map((agent) => agent.stopAttending()));
  return { healthyAt, came: newcomers.length, served: newcomers.length };
}

/** The PBX starts empty: who was on the line hears nothing and hangs up; those who call try until they get through. */
async function afterDeathOfAllCalls(floor: Floor): Promise<Aftermath> {
  const { callers, agents, members } = floor;
  await callers.hangUpAll();
  for (const { phone } of agents) phone.forgetCalls();
  const getThrough = [1, 2].map(() => callers.callUntilAnswered('queue', BACK_WITHIN_MS));
  await floor.registerPhones();
  for (const member of members) member.attend();
  const newcomers = await Promise.all(getThrough);
  const healthyAt = await untilHealthy(floor);
  await untilServed(floor, newcomers);
  await Promise.all(members.map((member) => member.stopAttending()));
  return { healthyAt, came: newcomers.length, served: newcomers.length };
}

async function answersAndHangsUp(agent: Agent): Promise<void> {
  agent.answer();
  await agent.talk();
  agent.phone.hangUp();
}

/** A call that nobody of ours sees begin or end. */
async function leavesTheMenu({ callers }: Floor): Promise<void> {
  const caller = await callers.call('menu');
  await until('the menu', () => callers.isAnswered(caller));
  await callers.hangUp(caller);
}

async function losesPatience({ callers }: Floor): Promise<void> {
  const caller = await callers.call('queue');
  await until('the menu', () => callers.isAnswered(caller));
  const since = performance.now();
  await until('impatience', () => performance.now() - since > PATIENCE_MS);
  await callers.hangUp(caller);
}

async function untilHealthy(floor: Floor): Promise<number> {
  await until('Headset to be back', () => floor.isHealthy(), BACK_WITHIN_MS);
  return Date.now();
}

async function untilServed({ agents }: Floor, callers: readonly Caller[]): Promise<void> {
  for (const { number } of callers)
    await until(
      `an agent for ${number}`,
      () => agents.some(({ served }) => served.some((answer) => answer.number === number)),
      SERVED_WITHIN_MS,
    );
}

/** Agents whom the next calls do not ring, or whose desks do not show it. */
export async function notRungAgain(floor: Floor): Promise<string[]> {
  const { callers, members } = floor;
  const [caller, callee] = [floor.agent('olga'), floor.agent('admin')];
  await floor.everybodyReady();
  await Promise.all(members.map(() => callers.call('queue')));
  const rung = await Promise.all(members.map(ringsWithItsDesk));
  for (const member of members) if (member.phone.ringsFor !== null) member.answer();
  await Promise.all(members.map((member) => member.talk()));
  for (const { phone } of members) phone.hangUp();
  await callers.hangUpAll();

  const answered = caller.phone.dial(callee.extension);
  rung.push(await ringsWithItsDesk(callee));
  if (callee.phone.ringsFor !== null) {
    callee.answer();
    await answered;
    await callee.talk();
  }
  caller.phone.hangUp();
  return rung.filter((sentence) => sentence !== null);
}

/** Null, or what is wrong. */
async function ringsWithItsDesk(agent: Agent): Promise<string | null> {
  const { login, desk, phone } = agent;
  try {
    await rings(agent);
    await until(`the call on ${login}'s desk`, () => desk.calls.some(({ phase }) => phase === 'offered'));
    return null;
  } catch (error) {
    return `${login}: ${phone.ringsFor === null ? 'not rung' : String(error)}`;
  }
}
