/** Calls that agents pass on, and a phone that comes back. */
import type { AmiTap } from './ami-tap.ts';
import { callIn, OLGA, PAVEL, PERSON, seconds, type Scenario, type Stage } from './stage.ts';

/** A caller whom Olga has answered out of the queue. */
async function answered({ carrier, tap, olga }: Stage): Promise<{ id: string }> {
  const call = await callIn(carrier);
  await olga.rings();
  olga.answer();
  await tap.next('AgentConnect');
  await seconds(0.5);
  return call;
}

/** What a button of the screen does: Asterisk transfers on behalf of Olga's leg. */
async function blindTransfer(tap: AmiTap, context: string, exten: string): Promise<void> {
  const [, channel = ''] = /^Channel: (PJSIP\/1001-\w+)$/m.exec(tap.frames.join('\n')) ?? [];
  await tap.action({ Action: 'BlindTransfer', Channel: channel, Context: context, Exten: exten });
}

export const transferScenarios: Record<string, Scenario> = {
  'blind-transfer-to-agent': {
    title: 'An agent passes the caller on to another agent, who answers; the caller hangs up',
    members: [OLGA],
    async play(stage) {
      const { carrier, tap, pavel } = stage;
      const call = await answered(stage);
      await blindTransfer(tap, 'agents', PAVEL);
      await pavel.rings();
      await tap.snapshot();
      pavel.answer();
      await tap.next('BridgeEnter', 'PJSIP/carrier');
      await seconds(0.5);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'blind-transfer-unanswered': {
    title: 'An agent passes the caller on to another agent, who rejects the call',
    members: [OLGA],
    async play(stage) {
      await answered(stage);
      await blindTransfer(stage.tap, 'agents', PAVEL);
      await stage.pavel.rings();
      stage.pavel.reject('603 Decline');
    },
  },
  'blind-transfer-outside': {
    title: 'An agent passes the caller on to a number outside, who answers; the caller hangs up',
    members: [OLGA],
    async play(stage) {
      const call = await answered(stage);
      await blindTransfer(stage.tap, 'agents', PERSON);
      await stage.tap.next('BridgeEnter');
      await stage.tap.next('BridgeEnter');
      await seconds(0.5);
      await stage.carrier.hangUp(call.id);
    },
  },
  'blind-transfer-to-queue': {
    title: 'An agent passes the caller back to the queue; another agent answers and hangs up',
    members: [OLGA, PAVEL],
    async play({ carrier, tap, olga, pavel }) {
      await callIn(carrier);
      const first = await Promise.race([olga.rings().then(() => olga), pavel.rings().then(() => pavel)]);
      const other = first === olga ? pavel : olga;
      first.answer();
      await tap.next('AgentConnect');
      await seconds(0.5);
      const channel = [...tap.frames.join('\n').matchAll(/^Channel: (PJSIP\/100\d-\w+)$/gm)].at(-1)?.[1] ?? '';
      await tap.action({ Action: 'BlindTransfer', Channel: channel, Context: 'queue', Exten: 'support' });
      await other.rings();
      await tap.snapshot();
      other.answer();
      await tap.next('AgentConnect');
      await seconds(0.5);
      other.hangUp();
    },
  },
  'attended-transfer-to-agent': {
    title: 'An agent consults another and then joins the two; the caller hangs up',
    members: [OLGA],
    async play(stage) {
      const { carrier, tap, olga, pavel } = stage;
      const call = await answered(stage);
      const consulted = olga.consult(PAVEL);
      await pavel.rings();
      pavel.answer();
      await consulted;
      await seconds(0.5);
      await tap.snapshot();
      await olga.transfer();
      await tap.next('AttendedTransfer');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'attended-transfer-outside': {
    title: 'An agent consults a number outside and then joins the two; the one outside hangs up',
    members: [OLGA],
    async play(stage) {
      const { tap, olga, carrier } = stage;
      await answered(stage);
      await olga.consult(PERSON);
      await seconds(0.5);
      await olga.transfer();
      await tap.next('AttendedTransfer');
      await seconds(1);
      const far = (await carrier.liveCalls()).find(({ number }) => number.endsWith(PERSON.slice(-4)));
      for (const { id } of far === undefined ? await carrier.liveCalls() : [far]) await carrier.hangUp(id);
    },
  },
  'consultation-ended': {
    title: 'An agent consults another, who answers, and takes the caller back; the caller hangs up',
    members: [OLGA],
    async play(stage) {
      const { carrier, tap, olga, pavel } = stage;
      const call = await answered(stage);
      const consulted = olga.consult(PAVEL);
      await pavel.rings();
      pavel.answer();
      await consulted;
      await seconds(0.5);
      await olga.endConsult();
      await tap.next('Unhold');
      await seconds(0.5);
      await carrier.hangUp(call.id);
    },
  },
  'phone-comes-back': {
    title: "An agent's page is loaded anew in a call: its phone takes the call over by Replaces; the caller hangs up",
    members: [OLGA],
    async play(stage) {
      const { carrier, tap, olga } = stage;
      const call = await answered(stage);
      await olga.dial('reclaim', olga.replaces);
      await tap.next('BridgeEnter');
      await seconds(0.5);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
};
