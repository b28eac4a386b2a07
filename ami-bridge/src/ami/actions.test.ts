import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertAllowed, RefusedAction, type Action } from './actions.ts';

const originate = (patch: Record<string, string | Record<string, string>> = {}): Action => ({
  Action: 'Originate',
  Channel: 'PJSIP/1001',
  Context: 'agents',
  Exten: '74950000311',
  Priority: '1',
  Async: 'true',
  ...patch,
});
const refused = (action: Action) => expect(() => assertAllowed(action)).toThrow(RefusedAction);

describe('the guard of actions', () => {
  it('lets through what the bridge sends', () => {
    assertAllowed({ Action: 'Ping' });
    assertAllowed(originate({ Variable: { __HEADSET_CALL: 'headset-1795333683.123456' } }));
    assertAllowed({ Action: 'QueuePause', Interface: 'Local/1001@from-queue/n', Paused: 'true', Reason: 'lunch' });
    assertAllowed({ Action: 'Getvar', Variable: 'PJSIP_ENDPOINT(1001,callerid)' });
    assertAllowed({ Action: 'Hangup', Channel: 'PJSIP/1001-0000001a' });
  });

  it('refuses every value with a line break or another control character, in any header', () => {
    const control = fc.constantFrom('\r', '\n', '\0', '\r\n', '\x7f', '\t');
    fc.assert(
      fc.property(fc.string(), control, fc.string(), (before, bad, after) => {
        refused(originate({ Exten: before + bad + after }));
        refused(originate({ Variable: { X: before + bad + after } }));
        refused({ Action: 'QueuePause', Interface: 'PJSIP/1001', Reason: before + bad + after });
      }),
    );
  });

  it('refuses actions that are not on the list, whatever their case', () => {
    for (const Action of [
      'Command',
      'command',
      'UpdateConfig',
      'Redirect',
      'Atxfer',
      'MixMonitor',
      'Setvar',
      'Ping ',
    ]) {
      refused({ Action });
    }
  });

  it('refuses headers that the action may not carry: Application would run any of the dialplan', () => {
    refused(originate({ Application: 'System', Data: 'id' }));
    refused({ Action: 'Ping', Channel: 'PJSIP/1001' });
  });

  it('refuses variables with a name or a value that means something to the dialplan', () => {
    for (const name of ['SHELL(id)', '___X', 'A=B', '1A', 'A B', '']) refused(originate({ Variable: { [name]: 'x' } }));
    for (const value of ['a,b', 'a"b', "a'b", 'a\\b', '${SHELL(id)}', '`id`'])
      refused(originate({ Variable: { X: value } }));
  });

  it('refuses over-long values: Asterisk would cut them', () => {
    refused(originate({ Exten: '1'.repeat(513) }));
  });

  it('refuses patterns where a channel belongs', () => {
    for (const Channel of ['/.*/', '/PJSIP/', '']) refused({ Action: 'Hangup', Channel });
  });

  it('reads two functions of the dialplan and no other', () => {
    for (const Variable of [
      'SHELL(id)',
      'PJSIP_ENDPOINT(1001,callerid)}${SHELL(id)',
      'GLOBAL(X)',
      'PJSIP_AUTH(1001,password)',
    ]) {
      refused({ Action: 'Getvar', Variable });
    }
  });
});
