/**
 * The secrets of one instance: made at its first start, kept in `<stateDir>/secrets.json` (0600 in a 0700 folder), never changed.
 * Whoever has them can log in to the PBX, the carrier, the bridge's link and Postgres of this instance.
 */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Instance } from './instance.ts';
import { Trouble } from './trouble.ts';

const secretsSchema = z.object({
  amiSecret: z.string().min(16),
  carrierAriSecret: z.string().min(16),
  bridgeToken: z.string().min(16),
  postgresPassword: z.string().min(16),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** Reads the instance's secrets, or makes them. Two processes that do so at the same time get the same ones. */
export async function ensureSecrets(instance: Pick<Instance, 'stateDir'>): Promise<Secrets> {
  const file = path.join(instance.stateDir, 'secrets.json');
  await mkdir(instance.stateDir, { recursive: true, mode: 0o700 });
  await chmod(instance.stateDir, 0o700);
  return (await readSecrets(file)) ?? (await makeSecrets(file));
}

async function readSecrets(file: string): Promise<Secrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const parsed = secretsSchema.safeParse(safeJson(text));
  if (!parsed.success) throw new Trouble(`${file} is damaged: remove it, and new secrets are made at the next start`);
  return parsed.data;
}

/** A hard link is made whole or not at all, and refuses to replace a file: the first maker wins. */
async function makeSecrets(file: string): Promise<Secrets> {
  // Letters and digits only: the values travel in URLs, configuration files and environment variables.
  const secret = () => randomBytes(24).toString('hex');
  const made: Secrets = {
    amiSecret: secret(),
    carrierAriSecret: secret(),
    bridgeToken: secret(),
    postgresPassword: secret(),
  };
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return made;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    const theirs = await readSecrets(file);
    if (!theirs) throw new Error(`${file} vanished while it was read`, { cause: error });
    return theirs;
  } finally {
    await unlink(draft);
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
