import { open, rename } from 'node:fs/promises';

/**
 * Writes a file so that a reader finds the old one or the new one, whole. 0600: it may hold secrets. The draft does not end in
 * `.conf`, so that a watcher of `*.conf` does not read it.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
