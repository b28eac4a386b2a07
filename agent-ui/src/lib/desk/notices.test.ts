import { describe, expect, it } from 'vitest';
import { dictionaries } from '../i18n/dictionary.ts';
import { translate } from '../i18n/translate.ts';
import { deskView, phone, since } from '../gallery/fixtures.ts';
import { microphones, phoneLines } from '../gallery/states.ts';
import type { I18n } from '../i18n/i18n.svelte.ts';
import { noticesOf } from './notices.ts';

const t: I18n['t'] = (key, ...[parameters]) => translate(dictionaries.en[key], 'en', parameters);
const words = { t, time: () => '10:29:58' };
const well = { view: deskView({ name: 'ready' }), link: { name: 'open' as const }, phone: phone(), soundLocked: false };
const ids = (known: typeof well | Parameters<typeof noticesOf>[1]): string[] =>
  noticesOf(words, known).map((notice) => notice.id);

describe('notices', () => {
  it('are silent while all is well', () => {
    expect(ids(well)).toEqual([]);
  });

  it('say what to do about each trouble of the microphone and the phone', () => {
    for (const microphone of microphones)
      expect(ids({ ...well, phone: phone(null, { microphone }) })).toEqual(['microphone']);
    for (const line of phoneLines) expect(ids({ ...well, phone: phone(null, { line }) })).toEqual(['phone']);
  });

  it('put what keeps the operator from talking first', () => {
    const known = {
      ...well,
      link: { name: 'lost' as const, since },
      phone: phone(null, { microphone: 'denied', line: { name: 'lost', since } }),
    };
    expect(ids(known)).toEqual(['microphone', 'phone', 'server']);
  });

  it('say nothing about the PBX while the server cannot tell', () => {
    const view = deskView({ name: 'ready' }, [], { telephony: { state: 'disconnected', since, ageMs: 0 } });
    expect(ids({ ...well, view })).toEqual(['telephony']);
    expect(ids({ ...well, view, link: { name: 'lost', since } })).toEqual(['server']);
  });

  it('tell since when the log may miss calls', () => {
    const view = deskView({ name: 'ready' }, [], { telephony: { state: 'connected', notReconciledSince: since } });
    expect(ids({ ...well, view })).toEqual(['missingCalls']);
  });

  it('notice that the PBX cannot reach a phone that believes itself registered', () => {
    const view = deskView({ name: 'ready' }, [], { phoneReachable: false });
    expect(ids({ ...well, view })).toEqual(['reach']);
    expect(ids({ ...well, view, phone: phone(null, { line: { name: 'connecting' } }) })).toEqual([]);
  });
});
