import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Directory, Facts, Heard, Member, PbxFacts, RecordFacts } from './facts.ts';
import type { Finding } from './finding.ts';
import { judge } from './judge.ts';
import { report } from './report.ts';
import { MENDS } from './snippets.ts';

const heard = (over: Partial<Heard> = {}): Heard => ({
  events: 7,
  names: new Set(['FullyBooted', 'Newchannel', 'Hangup', 'QueueMemberPenalty']),
  classes: new Set(['call', 'agent']),
  timestamped: true,
  variables: new Set(['HEADSET_CALL', 'QUEUESTATUS']),
  memberProbed: true,
  ...over,
});

const member = (over: Partial<Member> = {}): Member => ({
  queue: '400',
  interface: 'Local/5001@from-queue/n',
  stateInterface: 'hint:5001@ext-local',
  extension: '5001',
  ...over,
});

const pbx = (over: Partial<PbxFacts> = {}): PbxFacts => ({
  version: '22.10.1+dfsg',
  booted: true,
  clockOffsetMs: 12,
  actions: ['redirect', 'queuepause', 'originate', 'coreshowchannels', 'ping'],
  probe: 'made',
  heard: heard(),
  queues: ['400'],
  members: [member()],
  missingHints: [],
  extensions: ['5001'],
  ...over,
});

const record: RecordFacts = {
  source: 'file',
  file: '/record/cel.csv',
  state: 'readable',
  lastAgeSeconds: 0,
  hasProbe: true,
  foreignCallIds: false,
};

const facts = (over: Partial<Facts> = {}): Facts => ({
  address: { host: '192.0.2.1', port: 5038, user: 'headset' },
  link: 'ready',
  pbx: pbx(),
  record,
  phones: { url: 'ws://192.0.2.1:8088/ws', state: 'answers' },
  directory: null,
  ...over,
});

const named = (findings: readonly Finding[], level: Finding['level']): string[] =>
  findings.filter((finding) => finding.level === level).map(({ check }) => check);
const gapsOf = (over: Partial<PbxFacts>): string[] => named(judge(facts({ pbx: pbx(over) })), 'gap');
const warningsOf = (over: Partial<PbxFacts>): string[] => named(judge(facts({ pbx: pbx(over) })), 'warning');

describe('the doctor', () => {
  it('finds nothing at a PBX that is as it must be', () => {
    const findings = judge(facts());
    expect(named(findings, 'gap')).toEqual([]);
    expect(named(findings, 'warning')).toEqual([]);
  });

  it('says how a PBX did not let us in, and nothing of what is inside', () => {
    const shut = (link: Facts['link']): string[] => named(judge(facts({ link, pbx: null })), 'gap');
    expect(shut('refused')).toEqual(['reachable']);
    expect(shut('unreachable')).toEqual(['reachable']);
    expect(shut('silent')).toEqual(['reachable']);
    expect(shut('login_refused')).toEqual(['login']);
  });

  it('names every snippet as a file that there is', () => {
    const folder = fileURLToPath(new URL('../../../pbx/freepbx/snippets/', import.meta.url));
    for (const { snippet } of Object.values(MENDS)) expect(existsSync(folder + snippet), snippet).toBe(true);
  });
});

describe('the version', () => {
  it('below 18 is a gap, below 22.10.1 a warning about CVE-2024-42365', () => {
    expect(gapsOf({ version: '16.30.0' })).toEqual(['version']);
    const [old] = judge(facts({ pbx: pbx({ version: '18.9-cert11' }) })).filter(({ check }) => check === 'version');
    expect(old).toMatchObject({ level: 'warning', says: expect.stringContaining('CVE-2024-42365') as string });
    expect(warningsOf({ version: '22.10.0' })).toEqual(['version']);
    expect(warningsOf({ version: '23.0.0' })).toEqual([]);
  });

  it('that is not told is a warning', () => {
    expect(warningsOf({ version: null })).toEqual(['version']);
  });
});

describe('the rights', () => {
  it('to act are named one by one', () => {
    expect(gapsOf({ actions: ['originate', 'coreshowchannels'] })).toEqual(['write-call', 'write-agent']);
    expect(gapsOf({ actions: ['redirect', 'queuepause', 'coreshowchannels'] })).toEqual(['write-originate']);
    expect(gapsOf({ actions: ['redirect', 'queuepause', 'originate'] })).toEqual(['write-reporting']);
  });

  it('to see alone are no gap, and mended by the snippet that lets us see alone', () => {
    const readOnly = { actions: ['coreshowchannels'], probe: 'not_allowed' } as const;
    expect(gapsOf({ ...readOnly, heard: heard({ memberProbed: false }) })).toEqual([]);
    const findings = judge(facts({ pbx: pbx({ ...readOnly, booted: false }) }));
    expect(findings.find(({ check }) => check === 'read-system')?.mend).toBe(MENDS.managerReadOnly);
  });

  it('that nobody needs are warned of', () => {
    const actions = [...pbx().actions, 'command', 'updateconfig', 'mixmonitor'];
    expect(warningsOf({ actions })).toEqual(['write-too-much', 'write-too-much', 'write-too-much']);
  });

  it('to see are missing when what was provoked is not heard', () => {
    const deaf = heard({ events: 0, classes: new Set(), variables: null, timestamped: false });
    expect(gapsOf({ booted: false, heard: deaf })).toEqual(['read-system', 'read-call', 'read-agent']);
  });

  it('to see are not known when nothing was provoked and nothing happened', () => {
    const quiet = heard({ events: 0, classes: new Set(), variables: null, timestamped: false, memberProbed: false });
    expect(gapsOf({ probe: 'off', heard: quiet })).toEqual([]);
    expect(warningsOf({ probe: 'off', heard: quiet })).toEqual([
      'read-call',
      'read-agent',
      'timestamps',
      'channelvars',
    ]);
  });
});

describe('the events', () => {
  it('must carry their time and our variables', () => {
    expect(gapsOf({ heard: heard({ timestamped: false }) })).toEqual(['timestamps']);
    expect(gapsOf({ heard: heard({ variables: new Set(['HEADSET_CALL']) }) })).toEqual(['channelvars']);
  });

  it('that nobody reads are warned of, with the filter in the words of that version', () => {
    const noisy = heard({ names: new Set(['VarSet', 'DTMFBegin', 'RTCPSent']) });
    expect(warningsOf({ heard: noisy })).toEqual(['event-keys', 'event-filter', 'event-noise']);
    const filter = (version: string): string =>
      judge(facts({ pbx: pbx({ heard: noisy, version }) })).find(({ check }) => check === 'event-filter')?.says ?? '';
    expect(filter('22.10.1')).toContain('eventfilter(action(exclude),name(VarSet)) =');
    expect(filter('20.11.0')).toContain('eventfilter(action(exclude),name(VarSet)) =');
    expect(filter('21.5.0')).toContain('eventfilter = !Event: VarSet');
    expect(filter('18.24.2')).toContain('eventfilter = !Event: VarSet');
  });

  it('of a clock that differs by more than two seconds are warned of', () => {
    expect(warningsOf({ clockOffsetMs: -2_500 })).toEqual(['clock']);
  });
});

describe('the queues', () => {
  it('must ring members whose extension can be told, and whose state is known', () => {
    const agent = member({ interface: 'Agent/alpha', stateInterface: 'Agent/alpha', extension: null });
    expect(gapsOf({ members: [agent] })).toEqual(['members']);
    expect(warningsOf({ members: [member({ stateInterface: null })] })).toEqual(['members']);
    expect(gapsOf({ missingHints: ['hint:5001@ext-local'] })).toEqual(['hints']);
  });

  it('and agents of the database must be those of the PBX', () => {
    const directory: Directory = {
      agents: [
        { login: 'olga', extension: '5001' },
        { login: 'pavel', extension: '1002' },
        { login: 'admin', extension: null },
      ],
      queues: ['support'],
    };
    const findings = judge(facts({ directory }));
    expect(named(findings, 'gap')).toEqual(['agents', 'queue-codes']);
    expect(named(findings, 'warning')).toEqual(['queue-codes']);
    expect(findings.find(({ check }) => check === 'agents')?.says).toContain('pavel');
  });
});

describe('the record of calls', () => {
  const found = (over: RecordFacts, level: Finding['level']): string[] => named(judge(facts({ record: over })), level);

  it('that is not there, not ours or not written is a gap', () => {
    expect(found({ source: 'file', file: 'cel.csv', state: 'missing' }, 'gap')).toEqual(['record']);
    expect(found({ source: 'file', file: 'cel.csv', state: 'foreign' }, 'gap')).toEqual(['record']);
    expect(found({ ...record, hasProbe: false }, 'gap')).toEqual(['record']);
    expect(found({ ...record, foreignCallIds: true }, 'gap')).toEqual(['record']);
  });

  it('that there is none of, or that is old, is a warning', () => {
    expect(found({ source: 'none' }, 'warning')).toEqual(['record']);
    expect(found({ ...record, hasProbe: null, lastAgeSeconds: 100_000 }, 'warning')).toEqual(['record']);
  });
});

describe("the browsers' phones", () => {
  const level = (state: Facts['phones']['state']): string | undefined =>
    judge(facts({ phones: { url: 'wss://192.0.2.1:8089/ws', state } })).find(({ check }) => check === 'phones')?.level;

  it('may be missing, but not half there', () => {
    expect(level('refused')).toBe('warning');
    expect(level('no_sip')).toBe('gap');
    expect(level('untrusted')).toBe('gap');
  });
});

describe('the report', () => {
  it('tells each gap with the file to paste, where, and what to do then', () => {
    const broken = facts({ pbx: pbx({ heard: heard({ timestamped: false }) }) });
    const text = report(broken.address, judge(broken));
    expect(text).toContain(
      "paste pbx/freepbx/snippets/manager_custom.conf into /etc/asterisk/manager_custom.conf, then: asterisk -rx 'manager reload'",
    );
    expect(text).toMatch(/1 gap, 0 warnings\.$/);
  });
});
