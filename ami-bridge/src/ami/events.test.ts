import type { Frame } from 'asterisk-manager';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent } from './events.ts';

const NOW = 1_795_333_605_000_000;
const decode = (frame: Frame) => decodeEvent(frame, () => NOW);
const newchannel = (patch: Frame = {}): Frame => ({
  event: 'Newchannel',
  timestamp: '1795333605.447226',
  channel: 'PJSIP/carrier-00000009',
  channelstate: '4',
  calleridnum: '74950012233',
  calleridname: '<unknown>',
  exten: '74950000100',
  uniqueid: '1795333605.16',
  linkedid: '1795333605.16',
  chanvariable: { HEADSET_CALL: '', QUEUESTATUS: '' },
  ...patch,
});

describe('reading an event', () => {
  it('takes the time from the PBX, to the microsecond', () => {
    expect(decode(newchannel())).toMatchObject({ at: 1_795_333_605_447_226, callerName: null, headsetCall: null });
  });

  it('takes our estimate of its clock where it sends no timestamps', () => {
    const { timestamp: _, ...rest } = newchannel();
    expect(decode(rest)).toMatchObject({ at: NOW });
  });

  it('drops an event whose identifier came twice: two frames were glued together', () => {
    expect(decode(newchannel({ uniqueid: ['1.1', '1.2'] }))).toBe('invalid');
  });

  it('drops an event without the identifiers that it must have', () => {
    expect(decode(newchannel({ uniqueid: 'a b' }))).toBe('invalid');
    expect(decode({ event: 'BridgeEnter', uniqueid: '1.1' })).toBe('invalid');
  });

  it('passes over events that nobody uses', () => {
    expect(decode({ event: 'VarSet', uniqueid: '1.1' })).toBe('ignored');
    expect(decode({ event: 'constructor' })).toBe('ignored');
    expect(decode({})).toBe('ignored');
  });

  it("reads a caller's name, which is C-escaped and hostile, as plain text of bounded length", () => {
    expect(decode(newchannel({ calleridname: 'O\\"Hara\\n\\\\x' }))).toMatchObject({ callerName: 'O"Hara \\x' });
    const event = decode(newchannel({ calleridname: 'я'.repeat(500) }));
    expect(event).toMatchObject({ callerName: 'я'.repeat(128) });
  });

  it('never throws, whatever a frame holds', () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()));
    const names = [
      'Newchannel',
      'Newstate',
      'DialBegin',
      'QueueCallerJoin',
      'BridgeEnter',
      'QueueMemberStatus',
      'FullyBooted',
    ];
    const keys = [
      'uniqueid',
      'linkedid',
      'channel',
      'chanvariable',
      'timestamp',
      'queue',
      'position',
      'interface',
      'uptime',
    ];
    const frame = fc
      .tuple(fc.constantFrom(...names), fc.dictionary(fc.constantFrom(...keys), value))
      .map(([event, rest]): Frame => ({ ...rest, event }));
    fc.assert(fc.property(frame, (each) => void decode(each)));
  });
});
