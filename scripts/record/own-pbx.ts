/** Our own PBX as it is recorded: phones on UDP instead of a browser's WebSocket; queues that lose patience sooner than in life. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AmiTap } from './ami-tap.ts';
import { hashOfFolders, until, type RecordedPbx, type Studio } from './recorded-pbx.ts';
import { OLGA, PAVEL } from './stage.ts';
import { SipPhone } from './sip-phone.ts';

const PHONE_SECRET = 'recorded-on-loopback-only';
const QUEUE = 'support';

const CONFIGURATION: Record<string, string> = {
  'pjsip.d/phones.conf': [OLGA, PAVEL]
    .flatMap((extension) => [
      `[${extension}]`,
      'type=endpoint\ntransport=transport-udp\ncontext=agents\ndisallow=all\nallow=ulaw\ndirect_media=no\ndevice_state_busy_at=1',
      `auth=${extension}\naors=${extension}\ncallerid=<${extension}>`,
      `[${extension}]`,
      `type=auth\nauth_type=digest\nusername=${extension}\npassword=${PHONE_SECRET}`,
      `[${extension}]`,
      'type=aor\nmax_contacts=1\nremove_existing=yes',
    ])
    .join('\n'),
  'queues.d/queues.conf': `[${QUEUE}](queue-defaults)\nstrategy=rrmemory\ntimeout=3\nweight=0`,
  'queue-limits.conf': `[${QUEUE}]\nmax_wait_seconds=9`,
};

export const ownPbx: RecordedPbx = {
  roles: ['pbx', 'carrier'],
  prepare: configure,
  listen: ({ instance, secrets }) => AmiTap.open(instance.ports.ami, secrets.amiSecret),
  async cast(studio, { members }, tap) {
    const [olga, pavel] = [await registered(studio, OLGA), await registered(studio, PAVEL)];
    await setMembers(tap, members);
    return { olga, pavel };
  },
  configurationHash: () => hashOfFolders(['pbx/asterisk'], JSON.stringify(CONFIGURATION)),
};

async function configure(studio: Studio): Promise<void> {
  const folder = path.join(studio.instance.stateDir, 'pbx/generated');
  for (const [name, text] of Object.entries(CONFIGURATION)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, `${text}\n`);
    await rename(`${file}.new`, file);
  }
  const tap = await ownPbx.listen(studio);
  // The container says nothing when it has taken the files in.
  await until("the recording's queue", async () => {
    tap.frames.length = 0;
    await tap.snapshot();
    return tap.frames.some((frame) => frame.includes('Strategy: rrmemory'));
  });
  tap.close();
  await until("the recording's phones", async () => {
    const phone = await registered(studio, PAVEL).catch(() => null);
    await phone?.unregister();
    return phone !== null;
  });
}

async function registered({ instance }: Studio, extension: string): Promise<SipPhone> {
  const phone = new SipPhone({ extension, secret: PHONE_SECRET, pbxPort: instance.ports.pbxSip });
  await phone.register();
  return phone;
}

async function setMembers(tap: AmiTap, members: readonly string[]): Promise<void> {
  for (const extension of [OLGA, PAVEL]) {
    const member = { Queue: QUEUE, Interface: `PJSIP/${extension}` };
    await tap.action({ Action: 'QueueRemove', ...member });
    if (!members.includes(extension)) continue;
    await tap.action({ Action: 'QueueAdd', ...member, MemberName: extension, StateInterface: `PJSIP/${extension}` });
  }
}
