import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSecrets } from '../../scripts/secrets.ts';

describe('the secrets of an instance', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'headset-secrets-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are the same for all who make them at the same time, and for all who come later', async () => {
    const stateDir = path.join(folder, 'together');
    const made = await Promise.all(Array.from({ length: 20 }, () => ensureSecrets({ stateDir })));
    expect(new Set(made.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
    expect(await ensureSecrets({ stateDir })).toEqual(made[0]);
  });

  it('are readable to their owner alone', async () => {
    const stateDir = path.join(folder, 'private');
    await ensureSecrets({ stateDir });
    expect((await stat(stateDir)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(stateDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('are not made anew over a damaged file', async () => {
    const stateDir = path.join(folder, 'damaged');
    await ensureSecrets({ stateDir });
    const file = path.join(stateDir, 'secrets.json');
    await writeFile(file, '{"amiSecret":');
    await expect(ensureSecrets({ stateDir })).rejects.toThrow('is damaged');
    expect(await readFile(file, 'utf8')).toBe('{"amiSecret":');
  });
});
