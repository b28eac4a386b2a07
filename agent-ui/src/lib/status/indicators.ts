/** What the three lamps of the status bar say: the phone in this page, the PBX as the server sees it, the server itself. */
import type { ServerLink } from '../desk/desk.svelte.ts';
import type { DeskView } from '../desk/view.ts';
import type { Key } from '../i18n/dictionary.ts';
import type { PhoneState } from '../phone/phone-state.ts';

export type Lamp = { state: 'well' | 'waiting' | 'trouble'; words: Extract<Key, `lamp.${string}`> };

export function serverLamp(link: ServerLink): Lamp {
  switch (link.name) {
    case 'open':
      return { state: 'well', words: 'lamp.server.open' };
    case 'connecting':
      return { state: 'waiting', words: 'lamp.server.connecting' };
    case 'lost':
      return { state: 'trouble', words: 'lamp.server.lost' };
  }
}

/** Without the server the PBX' state is a memory, and memories are not shown as facts. */
export function telephonyLamp(view: DeskView | null, link: ServerLink): Lamp {
  if (!view || link.name !== 'open') return { state: 'waiting', words: 'lamp.telephony.unknown' };
  return view.telephony.state === 'connected'
    ? { state: 'well', words: 'lamp.telephony.connected' }
    : { state: 'trouble', words: 'lamp.telephony.disconnected' };
}

export function phoneLamp(phone: PhoneState): Lamp {
  if (phone.microphone === 'denied' || phone.microphone === 'missing' || phone.microphone === 'insecure')
    return { state: 'trouble', words: 'lamp.phone.noMicrophone' };
  switch (phone.line.name) {
    case 'registered':
      return { state: 'well', words: 'lamp.phone.registered' };
    case 'off':
    case 'starting':
    case 'connecting':
      return { state: 'waiting', words: 'lamp.phone.connecting' };
    case 'elsewhere':
      return { state: 'waiting', words: 'lamp.phone.elsewhere' };
    case 'lost':
    case 'refused':
    case 'noAccount':
      return { state: 'trouble', words: 'lamp.phone.lost' };
  }
}
