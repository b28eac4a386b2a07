/** The FreePBX-like PBX as it is recorded: its members are static, so who takes calls is whose phone is registered. */
import { AmiTap } from './ami-tap.ts';
import { hashOfFolders, until, type RecordedPbx, type Studio } from './recorded-pbx.ts';
import { SipPhone } from './sip-phone.ts';

const FIRST = '5001';
const SECOND = '5002';
/** The extension with follow-me. */
const FOLLOWED = '5003';

export const freepbx: RecordedPbx = {
  roles: ['freepbx', 'carrier'],
  prepare: () => Promise.resolve(),
  listen: ({ instance, secrets }) => AmiTap.open(instance.ports.freepbx.ami, secrets.amiSecret, 'headset'),
  async cast(studio, { members }, tap) {
    const second = members.includes(FOLLOWED) ? FOLLOWED : SECOND;
    const [olga, pavel] = [phoneAt(studio, FIRST), phoneAt(studio, second)];
    if (members.includes(FIRST)) await olga.register();
    if (members.includes(second)) await pavel.register();
    for (const extension of [FIRST, SECOND, FOLLOWED]) {
      const idle = members.includes(extension) ? 'Status: 0\n' : 'Status: 4\n';
      await until(`the hint of ${extension}`, async () => {
        const state = await tap.action({ Action: 'ExtensionState', Exten: extension, Context: 'ext-local' });
        return state.includes(idle);
      });
    }
    return { olga, pavel };
  },
  configurationHash: () => hashOfFolders(['pbx/freepbx/asterisk', 'pbx/freepbx/snippets']),
};

export function phoneAt({ instance, secrets }: Studio, extension: string): SipPhone {
  return new SipPhone({ extension, secret: secrets.amiSecret, pbxPort: instance.ports.freepbx.sip });
}
