import { describe, expect, it } from 'vitest';
import { isOurs, memberForm } from './member-form.ts';

const freepbx = {
  extension: '5001',
  interface: 'Local/5001@from-queue/n',
  stateInterface: 'hint:5001@ext-local',
};

describe('the form of a member', () => {
  it('is what the PBX has for the extension already', () => {
    const other = { extension: '5002', interface: 'PJSIP/5002', stateInterface: null };
    expect(memberForm('5002', [freepbx, other], 'existing')).toEqual({
      interface: 'PJSIP/5002',
      stateInterface: 'PJSIP/5002',
    });
  });

  it('is learnt from other members, in both its parts', () => {
    expect(memberForm('15001', [freepbx], 'existing')).toEqual({
      interface: 'Local/15001@from-queue/n',
      stateInterface: 'hint:15001@ext-local',
    });
  });

  it('is not learnt from a member whose interface does not name its extension', () => {
    const named = { extension: '5003', interface: 'PJSIP/front-desk', stateInterface: null };
    expect(memberForm('5002', [named, freepbx], 'existing').interface).toBe('Local/5002@from-queue/n');
  });

  it('is that of the kind of PBX when there is nobody to learn from', () => {
    expect(memberForm('1001', [], 'own')).toEqual({ interface: 'PJSIP/1001', stateInterface: 'PJSIP/1001' });
    expect(memberForm('5001', [], 'existing').stateInterface).toBe('hint:5001@ext-local');
  });
});

describe('a member', () => {
  it('is ours when it is named by its extension', () => {
    expect(isOurs({ member: '5001', extension: '5001' })).toBe(true);
    expect(isOurs({ member: 'Олеся Полевая', extension: '5001' })).toBe(false);
    expect(isOurs({ member: null, extension: '5001' })).toBe(false);
  });
});
