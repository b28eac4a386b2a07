/** Which colour pair and which icon stand for a state of an agent, a call or a result. The words are in the dictionary. */
import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleOff from '@lucide/svelte/icons/circle-off';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import ClipboardPen from '@lucide/svelte/icons/clipboard-pen';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import PhoneCall from '@lucide/svelte/icons/phone-call';
import PhoneIncoming from '@lucide/svelte/icons/phone-incoming';
import PhoneMissed from '@lucide/svelte/icons/phone-missed';
import PhoneOff from '@lucide/svelte/icons/phone-off';
import PhoneOutgoing from '@lucide/svelte/icons/phone-outgoing';
import PhoneForwarded from '@lucide/svelte/icons/phone-forwarded';
import Pause from '@lucide/svelte/icons/pause';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Unplug from '@lucide/svelte/icons/unplug';
import Users from '@lucide/svelte/icons/users';
import type { AgentState } from '@headset/server/contract/desk.ts';
import type { Call, CallResult } from '@headset/server/contract/calls.ts';
import type { Component } from 'svelte';
import type { CallOutcome } from '../desk/view.ts';

export type Tone = 'offline' | 'ready' | 'ringing' | 'talking' | 'held' | 'wrapUp' | 'paused' | 'trouble';
export type Look = { tone: Tone; icon: Component<{ size?: number }> };

export const agentStateLooks: Record<AgentState['name'], Look> = {
  offline: { tone: 'offline', icon: CircleOff },
  ready: { tone: 'ready', icon: CircleCheck },
  ringing: { tone: 'ringing', icon: PhoneIncoming },
  on_call: { tone: 'talking', icon: PhoneCall },
  wrap_up: { tone: 'wrapUp', icon: ClipboardPen },
  paused: { tone: 'paused', icon: CirclePause },
};

/** A pause that the system made because the phone cannot be reached is trouble, not a break. */
export function lookOfState(state: AgentState): Look {
  if (state.name === 'paused' && state.reason === 'device_lost') return { tone: 'trouble', icon: Unplug };
  return agentStateLooks[state.name];
}

export const phaseLooks: Record<'offered' | 'answering' | 'dialling' | 'talking' | 'held' | 'ended', Look> = {
  offered: { tone: 'ringing', icon: PhoneIncoming },
  answering: { tone: 'ringing', icon: PhoneIncoming },
  dialling: { tone: 'ringing', icon: PhoneOutgoing },
  talking: { tone: 'talking', icon: PhoneCall },
  held: { tone: 'held', icon: Pause },
  ended: { tone: 'offline', icon: PhoneOff },
};

export const outcomeLooks: Record<CallOutcome, Look> = {
  ended: { tone: 'offline', icon: PhoneOff },
  missed: { tone: 'trouble', icon: PhoneMissed },
  answered_elsewhere: { tone: 'offline', icon: Users },
  caller_gave_up: { tone: 'paused', icon: PhoneMissed },
  rejected: { tone: 'offline', icon: Ban },
  transferred: { tone: 'offline', icon: PhoneForwarded },
  busy: { tone: 'paused', icon: CircleX },
  no_answer: { tone: 'paused', icon: PhoneMissed },
  unobtainable: { tone: 'paused', icon: CircleX },
  failed: { tone: 'trouble', icon: TriangleAlert },
};

export const resultLooks: Record<CallResult, Look> = {
  live: { tone: 'talking', icon: PhoneCall },
  answered: { tone: 'ready', icon: CircleCheck },
  abandoned: { tone: 'trouble', icon: PhoneMissed },
  missed: { tone: 'trouble', icon: PhoneMissed },
  timeout: { tone: 'trouble', icon: Clock },
  busy: { tone: 'paused', icon: CircleX },
  no_answer: { tone: 'paused', icon: PhoneMissed },
  cancelled: { tone: 'offline', icon: Ban },
  unobtainable: { tone: 'paused', icon: CircleX },
  failed: { tone: 'trouble', icon: TriangleAlert },
  pbx_lost: { tone: 'trouble', icon: Unplug },
};

export const directionIcons: Record<Call['direction'], Component<{ size?: number }>> = {
  inbound: PhoneIncoming,
  outbound: PhoneOutgoing,
  internal: Users,
};
