/**
 * A PBX as far as its AMI goes: the port of the tests (test/raw-ami.ts), which answers from a recording, with the phones of the
 * benchmark, and with queue members that are kept as the bridge says and told when they change. Otherwise it says the recorded calls.
 */
import { amiTimestamp } from './call-copy.ts';
import type { Answers } from '../../ami-trace.ts';
import { RawAmi } from '../../raw-ami.ts';

type Action = Readonly<Record<string, string>>;
type Member = { queue: string; dialled: string; name: string; penalty: string; paused: boolean; reason: string };

/** `phones` are registered and free; nobody is a member of a queue yet. */
export async function openPlayedPbx(recorded: Answers, phones: readonly string[]): Promise<RawAmi> {
  const answers = new Map(recorded);
  answers.set('Getvar', ['Response: Success\nActionID: \nVariable: \nValue: agents']);
  answers.set('CoreShowChannels', list('CoreShowChannels', []));
  answers.set('DeviceStateList', list('DeviceStateList', phones.map(idlePhone)));
  const members = new Map<string, Member>();
  const listMembers = () =>
    answers.set(
      'QueueStatus',
      list(
        'QueueStatus',
        [...members.values()].map((member) => memberRow(member, 'answer')),
      ),
    );
  listMembers();
  const pbx = await RawAmi.listen(answers);
  pbx.onAction = (action) => {
    for (const { event, member } of changeMembers(members, action))
      pbx.say(`Event: ${event}\nTimestamp: ${amiTimestamp(Date.now())}\n${memberRow(member, 'event')}`);
    listMembers();
  };
  return pbx;
}

function changeMembers(members: Map<string, Member>, action: Action): { event: string; member: Member }[] {
  const { interface: dialled = '' } = action;
  const concerned = [...members].filter(
    ([, member]) => member.dialled === dialled && (action.queue === undefined || member.queue === action.queue),
  );
  switch (action.action) {
    case 'QueueAdd': {
      if (concerned.length > 0) return [];
      const { queue = '', membername: name = '', penalty = '0', paused } = action;
      const member = { queue, dialled, name, penalty, paused: paused === 'true', reason: '' };
      members.set(`${queue} ${dialled}`, member);
      return [{ event: 'QueueMemberAdded', member }];
    }
    case 'QueueRemove':
      return concerned.map(([key, member]) => {
        members.delete(key);
        return { event: 'QueueMemberRemoved', member };
      });
    case 'QueuePause':
      return concerned.map(([key, member]) => {
        const changed = { ...member, paused: action.paused === 'true', reason: action.reason ?? '' };
        members.set(key, changed);
        return { event: 'QueueMemberPause', member: changed };
      });
    default:
      return [];
  }
}

/** Answers name two of the headers otherwise than events do. */
function memberRow({ queue, dialled, name, penalty, paused, reason }: Member, within: 'answer' | 'event'): string {
  const [nameHeader, interfaceHeader] = within === 'answer' ? ['Name', 'Location'] : ['MemberName', 'Interface'];
  return [
    ...(within === 'answer' ? ['Event: QueueMember', 'ActionID: '] : []),
    `Queue: ${queue}`,
    `${nameHeader}: ${name}`,
    `${interfaceHeader}: ${dialled}`,
    `StateInterface: ${dialled}`,
    'Membership: dynamic',
    `Penalty: ${penalty}`,
    'Status: 1',
    `Paused: ${paused ? 1 : 0}`,
    `PausedReason: ${reason}`,
  ].join('\n');
}

const idlePhone = (extension: string): string =>
  `Event: DeviceStateChange\nActionID: \nDevice: PJSIP/${extension}\nState: NOT_INUSE`;

const list = (action: string, rows: readonly string[]): string[] => [
  'Response: Success\nActionID: \nEventList: start',
  ...rows,
  `Event: ${action}Complete\nActionID: \nEventList: Complete\nListItems: ${rows.length}`,
];
