/** Calls at the FreePBX-like PBX (pbx/freepbx): members and groups are rung through Local channels. Names begin with `freepbx-`. */
import type { Carrier } from '../../pbx/carrier/carrier.ts';
import type { Scenario } from './stage.ts';

/** Numbers of the PBX: the menu before queue 400, extension 5001, ring group 600, extension 5003 with follow-me. */
const MENU = '74950000100';
const DIRECT = '74950000101';
const GROUP = '74950000102';
const FOLLOWED = '74950000103';
const CALLER = '74950012233';

const callIn = (carrier: Carrier, to: string): Promise<{ id: string }> =>
  carrier.placeCall({ from: CALLER, to, scenario: 'talk', customer: 'freepbx', ...(to === MENU && { keys: '0' }) });

const seconds = (n: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, n * 1000));

/** `olga` is extension 5001, `pavel` 5002 or, for follow-me, 5003. Queue members are static there. */
export const freepbxScenarios: Record<string, Scenario> = {
  'freepbx-queue-answered': {
    title: 'A caller of a FreePBX-like queue is answered through Local/5001@from-queue/n and hangs up',
    pbx: 'freepbx',
    members: ['5001'],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier, MENU);
      await olga.rings();
      await tap.snapshot();
      olga.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-queue-agent-hangs-up': {
    title: 'An agent of a FreePBX-like queue holds the caller, takes them back and hangs up',
    pbx: 'freepbx',
    members: ['5001'],
    async play({ carrier, tap, olga }) {
      await callIn(carrier, MENU);
      await olga.rings();
      olga.answer();
      await tap.next('AgentConnect');
      await olga.hold();
      await tap.next('Hold');
      await tap.snapshot();
      await seconds(0.5);
      await olga.retrieve();
      await tap.next('Unhold');
      olga.hangUp();
    },
  },
  'freepbx-queue-no-answer-then-next': {
    title: 'The first member of a FreePBX-like queue does not answer, the second does',
    pbx: 'freepbx',
    members: ['5001', '5002'],
    async play({ carrier, tap, olga, pavel }) {
      const call = await callIn(carrier, MENU);
      const other = await Promise.race([olga.rings().then(() => pavel), pavel.rings().then(() => olga)]);
      await other.rings();
      other.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-queue-abandoned': {
    title: 'The caller of a FreePBX-like queue hangs up while a member is rung',
    pbx: 'freepbx',
    members: ['5001'],
    async play({ carrier, olga }) {
      const call = await callIn(carrier, MENU);
      await olga.rings();
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-group-answered': {
    title: 'Ring group 600 rings two phones at once through Local channels; the second is answered',
    pbx: 'freepbx',
    members: ['5001', '5002'],
    async play({ carrier, tap, olga, pavel }) {
      const call = await callIn(carrier, GROUP);
      await Promise.all([olga.rings(), pavel.rings()]);
      await tap.snapshot();
      pavel.answer();
      await tap.next('BridgeEnter');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-direct': {
    title: 'A caller dials an extension of a FreePBX-like PBX directly; the agent hangs up',
    pbx: 'freepbx',
    members: ['5001'],
    async play({ carrier, tap, olga }) {
      await callIn(carrier, DIRECT);
      await olga.rings();
      olga.answer();
      await tap.next('BridgeEnter');
      await seconds(1);
      olga.hangUp();
    },
  },
  'freepbx-follow-me': {
    title: 'A call to an extension with follow-me comes through a Local channel that is optimised away',
    pbx: 'freepbx',
    members: ['5003'],
    async play({ carrier, tap, pavel }) {
      const call = await callIn(carrier, FOLLOWED);
      await pavel.rings();
      pavel.answer();
      await tap.next('Hangup', 'Local/');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-follow-me-outside': {
    title: 'The phone of an extension with follow-me is off: a number outside is dialled, and answers',
    pbx: 'freepbx',
    members: [],
    async play({ carrier, tap }) {
      const call = await callIn(carrier, FOLLOWED);
      await tap.next('BridgeEnter', 'PJSIP/');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-queue-blind-transfer': {
    title: 'An agent of a FreePBX-like queue passes the caller on to a number outside, who answers',
    pbx: 'freepbx',
    members: ['5001'],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier, MENU);
      await olga.rings();
      olga.answer();
      await tap.next('AgentConnect');
      await seconds(0.5);
      const [, channel = ''] = /^Channel: (PJSIP\/5001-\w+)$/m.exec(tap.frames.join('\n')) ?? [];
      await tap.action({
        Action: 'BlindTransfer',
        Channel: channel,
        Context: 'from-internal-xfer',
        Exten: '74950000311',
      });
      await tap.next('BridgeEnter', 'PJSIP/carrier');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'freepbx-outgoing': {
    title: 'An agent of a FreePBX-like PBX dials a person, who answers; the agent hangs up',
    pbx: 'freepbx',
    members: ['5001'],
    async play({ tap, olga }) {
      await olga.dial('74950000311');
      await seconds(1);
      await tap.snapshot();
      olga.hangUp();
    },
  },
};
