/** A PBX that scenarios are played at: what differs between ours and the FreePBX-like one. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Role } from '../../pbx/containers.ts';
import { repositoryRoot, type Instance } from '../instance.ts';
import type { Secrets } from '../secrets.ts';
import type { AmiTap } from './ami-tap.ts';
import type { Scenario } from './stage.ts';
import type { SipPhone } from './sip-phone.ts';

export type Studio = { instance: Instance; secrets: Secrets };

export type RecordedPbx = {
  roles: readonly Role[];
  /** Once, before the first scenario. */
  prepare: (studio: Studio) => Promise<void>;
  listen: (studio: Studio) => Promise<AmiTap>;
  /** The two phones of the stage, and who takes calls of the queue. */
  cast: (studio: Studio, scenario: Scenario, tap: AmiTap) => Promise<{ olga: SipPhone; pavel: SipPhone }>;
  /** Of everything that says how the PBX behaves. */
  configurationHash: () => Promise<string>;
};

/** @param more what the recording sets besides the files */
export async function hashOfFolders(folders: readonly string[], more = ''): Promise<string> {
  const hash = createHash('sha256').update(more);
  for (const folder of folders) {
    const where = path.join(repositoryRoot, folder);
    for (const name of (await readdir(where)).sort()) hash.update(await readFile(path.join(where, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Waits for what nobody announces, up to 10 s. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 50) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
