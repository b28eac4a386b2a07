/**
 * Agents' phones without sound. Those of the product are browsers: ICE, DTLS, and a PBX that ends a call whose phone falls silent. Ours
 * only signal, so a file of their own beside the bridge's says so of each endpoint; all else stays as the bridge wrote it.
 */
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Instance } from '../../scripts/instance.ts';
import { until } from '../until.ts';
import type { PbxEye } from './pbx-eye.ts';

/** Read after the bridge's phones.conf: it adds to sections that must be there. */
const FILE = 'pjsip.d/without-sound.conf';
const WITHOUT_SOUND =
  'webrtc=no\nmedia_encryption=no\nice_support=no\nuse_avpf=no\nrtcp_mux=no\nbundle=no\nrtp_timeout=0';

/** Resolves when the PBX has taken it in. */
export async function silencePhones(instance: Instance, eye: PbxEye, extensions: readonly string[]): Promise<void> {
  const file = path.join(instance.stateDir, 'pbx/generated', FILE);
  const text = extensions.map((extension) => `[${extension}](+type=endpoint)\n${WITHOUT_SOUND}\n`).join('\n');
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
  for (const extension of extensions)
    await until(`phone ${extension} without sound`, async () =>
      /^(false|no)$/i.test((await eye.value(`PJSIP_ENDPOINT(${extension},webrtc)`)) ?? ''),
    );
}
