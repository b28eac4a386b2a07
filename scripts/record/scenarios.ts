/** Calls that are recorded: what people do, told in order. Each ends with nobody on the line. */
import {
  BUSY,
  CALLER,
  callIn,
  MAIN,
  OLGA,
  PAVEL,
  PERSON,
  seconds,
  SECOND_CALLER,
  SILENT,
  UNOBTAINABLE,
  type Scenario,
} from './stage.ts';

export const scenarios: Record<string, Scenario> = {
  'answered-caller-hangs-up': {
    title: 'A caller waits in the queue, an agent answers, the caller hangs up',
    members: [OLGA],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier);
      await olga.rings();
      await tap.snapshot();
      olga.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(call.id);
    },
  },
  'answered-agent-hangs-up': {
    title: 'An agent answers a call of the queue and hangs up',
    members: [OLGA],
    async play({ carrier, tap, olga }) {
      await callIn(carrier);
      await olga.rings();
      olga.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      olga.hangUp();
    },
  },
  'abandoned-in-menu': {
    title: 'The caller hangs up in the menu',
    members: [OLGA],
    async play({ carrier, tap }) {
      const call = await carrier.placeCall({ from: CALLER, to: MAIN, scenario: 'silent' });
      await tap.next('Newstate', 'ChannelStateDesc: Up');
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'abandoned-in-queue': {
    title: 'The caller hangs up while waiting; no agent takes calls',
    members: [],
    async play({ carrier, tap }) {
      const call = await callIn(carrier);
      await tap.next('QueueCallerJoin');
      await tap.snapshot();
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'abandoned-while-ringing': {
    title: "The caller hangs up while an agent's phone rings",
    members: [OLGA],
    async play({ carrier, olga }) {
      const call = await callIn(carrier);
      await olga.rings();
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'queue-timeout': {
    title: 'Nobody takes the call within the longest wait; the caller hears that, and is hung up',
    members: [],
    async play({ carrier, tap }) {
      await callIn(carrier);
      await tap.next('QueueCallerLeave');
    },
  },
  'no-answer-then-other-agent': {
    title: 'The first agent does not answer, the second does, the caller hangs up',
    members: [OLGA, PAVEL],
    async play({ carrier, tap, olga, pavel }) {
      const call = await callIn(carrier);
      const other = await Promise.race([olga.rings().then(() => pavel), pavel.rings().then(() => olga)]);
      await other.rings();
      other.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'rejected-then-other-agent': {
    title: 'The first agent rejects the call, the second answers and hangs up',
    members: [OLGA, PAVEL],
    async play({ carrier, tap, olga, pavel }) {
      await callIn(carrier);
      const first = await Promise.race([olga.rings().then(() => olga), pavel.rings().then(() => pavel)]);
      const other = first === olga ? pavel : olga;
      await seconds(0.5);
      first.reject('486 Busy Here');
      await other.rings();
      other.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      other.hangUp();
    },
  },
  'ringing-page-lost': {
    title: "An agent's phone declines with 480, as a page that is closed does; the caller hangs up while waiting",
    members: [OLGA],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier);
      await olga.rings();
      await seconds(0.5);
      olga.reject('480 Temporarily Unavailable');
      await tap.next('AgentRingNoAnswer');
      await carrier.hangUp(call.id);
    },
  },
  'hold-and-retrieve': {
    title: 'The agent puts the caller on hold twice and takes them back; the caller hangs up',
    members: [OLGA],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier);
      await olga.rings();
      olga.answer();
      await tap.next('AgentConnect');
      for (const held of [1, 0.5]) {
        await olga.hold();
        await tap.next('Hold');
        await tap.snapshot();
        await seconds(held);
        await olga.retrieve();
        await tap.next('Unhold');
      }
      await carrier.hangUp(call.id);
    },
  },
  'held-caller-hangs-up': {
    title: 'The caller hangs up while on hold',
    members: [OLGA],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier);
      await olga.rings();
      olga.answer();
      await tap.next('AgentConnect');
      await olga.hold();
      await tap.next('Hold');
      await seconds(1);
      await carrier.hangUp(call.id);
    },
  },
  'hidden-number': {
    title: 'A caller who hides their number is answered and hangs up',
    members: [OLGA],
    async play({ carrier, tap, olga }) {
      const call = await callIn(carrier, null);
      await olga.rings();
      olga.answer();
      await tap.next('AgentConnect');
      await carrier.hangUp(call.id);
    },
  },
  'two-calls-at-once': {
    title: 'Two callers, two agents; the first caller and the second agent hang up',
    members: [OLGA, PAVEL],
    async play({ carrier, tap, olga, pavel }) {
      const [first] = await Promise.all([callIn(carrier), callIn(carrier, SECOND_CALLER)]);
      await Promise.all([olga.rings(), pavel.rings()]);
      await tap.snapshot();
      olga.answer();
      pavel.answer();
      await tap.next('AgentConnect');
      await seconds(1);
      await tap.snapshot();
      await carrier.hangUp(first.id);
      await tap.next('Hangup');
      await seconds(0.5);
      olga.hangUp();
      pavel.hangUp();
    },
  },
  'outgoing-answered': {
    title: 'An agent dials a person, who answers; the agent hangs up',
    members: [],
    async play({ tap, olga }) {
      await olga.dial(PERSON);
      await seconds(1);
      await tap.snapshot();
      olga.hangUp();
    },
  },
  'outgoing-far-hangs-up': {
    title: 'An agent dials a person who answers and hangs up after two seconds',
    members: [],
    async play({ olga, tap }) {
      await olga.dial('74950000317');
      await tap.next('HangupRequest');
    },
  },
  'outgoing-busy': {
    title: 'An agent dials a number that is busy',
    members: [],
    play: async ({ olga }) => void (await olga.dial(BUSY)),
  },
  'outgoing-unobtainable': {
    title: 'An agent dials a number that does not exist',
    members: [],
    play: async ({ olga }) => void (await olga.dial(UNOBTAINABLE)),
  },
  'outgoing-no-answer': {
    title: 'An agent dials a number where nobody answers for a minute',
    members: [],
    play: async ({ olga }) => void (await olga.dial(SILENT)),
  },
  'internal-answered': {
    title: 'An agent dials another, who answers; the one who called hangs up',
    members: [],
    async play({ tap, olga, pavel }) {
      const answered = olga.dial(PAVEL);
      await pavel.rings();
      await tap.snapshot();
      pavel.answer();
      await answered;
      await seconds(1);
      olga.hangUp();
    },
  },
  'click-to-call': {
    title: "The bridge rings an agent's phone and dials a person when it answers; the agent hangs up",
    members: [],
    async play({ tap, olga }) {
      const id = `headset-${Math.floor(Date.now() / 1000)}.123456`;
      await tap.action({
        Action: 'Originate',
        Channel: `PJSIP/${OLGA}`,
        ChannelId: id,
        Context: 'agents',
        Exten: PERSON,
        Priority: '1',
        CallerID: PERSON,
        Timeout: '20000',
        Async: 'true',
        Variable: `__HEADSET_CALL=${id}`,
      });
      await olga.rings();
      olga.answer();
      await tap.next('BridgeEnter');
      await tap.next('BridgeEnter');
      await seconds(1);
      olga.hangUp();
    },
  },
  'click-to-call-unanswered': {
    title: "The bridge rings an agent's phone, which the agent rejects",
    members: [],
    async play({ tap, olga }) {
      const id = `headset-${Math.floor(Date.now() / 1000)}.654321`;
      await tap.action({
        Action: 'Originate',
        Channel: `PJSIP/${OLGA}`,
        ChannelId: id,
        Context: 'agents',
        Exten: PERSON,
        Priority: '1',
        CallerID: PERSON,
        Timeout: '20000',
        Async: 'true',
        Variable: `__HEADSET_CALL=${id}`,
      });
      await olga.rings();
      olga.reject('603 Decline');
    },
  },
};
