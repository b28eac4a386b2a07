/**
 * The softphone as one state machine. Pure: what SIP, the microphone and the browser report comes in as events; the class
 * `Softphone` acts and reports, and nothing else writes this state.
 *
 * ```
 *  line    off → starting → connecting ⇄ registered        any → elsewhere (another tab took the phone)
 *                              ↑   ↓                        connecting → refused → connecting
 *                              lost (reconnects for ever)   starting → noAccount
 *
 *  call    none → ringing → answering → talking → none      (we are called)
 *          none → calling ─────────────→ talking → none     (we call)
 *          none → answering ───────────→ talking → none     (the page was reloaded, and takes its call back)
 * ```
 * A call lives on while the line is lost: only the PBX or the operator ends it.
 */
export type Line =
  | { name: 'off' }
  | { name: 'starting' }
  | { name: 'connecting' }
  | { name: 'registered' }
  /** `since`: ISO, for showing the time of day. */
  | { name: 'lost'; since: string }
  | { name: 'refused'; status: number }
  | { name: 'elsewhere' }
  /** `none`: no extension. `failed`: the account could not be fetched. */
  | { name: 'noAccount'; why: 'none' | 'failed' };

export type Microphone = 'unknown' | 'asking' | 'granted' | 'denied' | 'missing' | 'insecure';
export type Hold = 'off' | 'holding' | 'on' | 'resuming';

/** `number` is what SIP showed: the desk's facts replace it when they are there. */
export type PhoneCall = { id: string; number: string | null } & (
  | { phase: 'ringing' }
  | { phase: 'answering' }
  /** `earlyMedia`: the far side sends its own tones, so ours are silent. */
  | { phase: 'calling'; earlyMedia: boolean }
  | { phase: 'talking'; muted: boolean; hold: Hold; digits: string }
);

export type PhoneState = {
  line: Line;
  microphone: Microphone;
  call: PhoneCall | null;
  /** The last hold or resume that the PBX refused. */
  holdFailed: boolean;
};

export type PhoneEvent =
  | { kind: 'started' }
  | { kind: 'connecting' }
  | { kind: 'registered' }
  | { kind: 'connectionLost'; at: string }
  | { kind: 'registrationRefused'; status: number }
  | { kind: 'accountMissing'; why: 'none' | 'failed' }
  | { kind: 'takenElsewhere' }
  | { kind: 'stopped' }
  | { kind: 'microphone'; is: Microphone }
  | { kind: 'invited'; id: string; number: string | null }
  | { kind: 'dialled'; id: string; number: string }
  | { kind: 'takingBack'; id: string; number: string | null }
  | { kind: 'earlyMedia'; id: string }
  | { kind: 'answering'; id: string }
  | { kind: 'established'; id: string }
  | { kind: 'muted'; id: string; muted: boolean }
  | { kind: 'hold'; id: string; is: Hold }
  | { kind: 'holdRefused'; id: string; back: 'off' | 'on' }
  | { kind: 'digitsSent'; id: string; digits: string }
  | { kind: 'ended'; id: string };

export const phoneAtRest: PhoneState = {
  line: { name: 'off' },
  microphone: 'unknown',
  call: null,
  holdFailed: false,
};

/** An event that does not fit (a second call, news of a call that is gone) leaves the state as it was. */
export function evolve(state: PhoneState, event: PhoneEvent): PhoneState {
  switch (event.kind) {
    case 'started':
      return { ...state, line: { name: 'starting' } };
    case 'connecting':
      // While it is lost the screen says since when; each further attempt is no news.
      return state.line.name === 'lost' ? state : { ...state, line: { name: 'connecting' } };
    case 'registered':
      return { ...state, line: { name: 'registered' } };
    case 'connectionLost':
      return state.line.name === 'lost' ? state : { ...state, line: { name: 'lost', since: event.at } };
    case 'registrationRefused':
      return { ...state, line: { name: 'refused', status: event.status } };
    case 'accountMissing':
      return { ...state, line: { name: 'noAccount', why: event.why } };
    case 'takenElsewhere':
      return { ...state, line: { name: 'elsewhere' } };
    case 'stopped':
      return { ...phoneAtRest, microphone: state.microphone };
    case 'microphone':
      return { ...state, microphone: event.is };
    case 'invited':
      return state.call ? state : { ...state, call: { id: event.id, number: event.number, phase: 'ringing' } };
    case 'dialled':
      return state.call
        ? state
        : { ...state, call: { id: event.id, number: event.number, phase: 'calling', earlyMedia: false } };
    case 'takingBack':
      return state.call ? state : { ...state, call: { id: event.id, number: event.number, phase: 'answering' } };
    default:
      return state.call && state.call.id === event.id ? evolveCall(state, state.call, event) : state;
  }
}

type CallEvent = Exclude<Extract<PhoneEvent, { id: string }>, { kind: 'invited' | 'dialled' | 'takingBack' }>;

function evolveCall(state: PhoneState, call: PhoneCall, event: CallEvent): PhoneState {
  switch (event.kind) {
    case 'earlyMedia':
      return call.phase === 'calling' ? { ...state, call: { ...call, earlyMedia: true } } : state;
    case 'answering':
      return call.phase === 'ringing'
        ? { ...state, call: { id: call.id, number: call.number, phase: 'answering' } }
        : state;
    case 'established':
      return call.phase === 'talking'
        ? state
        : {
            ...state,
            holdFailed: false,
            call: { id: call.id, number: call.number, phase: 'talking', muted: false, hold: 'off', digits: '' },
          };
    case 'muted':
      return call.phase === 'talking' ? { ...state, call: { ...call, muted: event.muted } } : state;
    case 'hold':
      return call.phase === 'talking' ? { ...state, holdFailed: false, call: { ...call, hold: event.is } } : state;
    case 'holdRefused':
      return call.phase === 'talking' ? { ...state, holdFailed: true, call: { ...call, hold: event.back } } : state;
    case 'digitsSent':
      return call.phase === 'talking' ? { ...state, call: { ...call, digits: call.digits + event.digits } } : state;
    case 'ended':
      return { ...state, call: null, holdFailed: false };
  }
}
