/** `npm run dev`: tells when sources of a part change. */
import { watch } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../instance.ts';

/** Editors write a file several times in a row: wait until they are done. */
const QUIET_MS = 150;

/** Calls back once for each burst of changes to TypeScript files (tests left out) under the folders. */
export function watchSources(folders: readonly string[], onChange: () => void): { close: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const watchers = folders.map((folder) =>
    watch(path.join(repositoryRoot, folder), { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.ts') || file.endsWith('.test.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(onChange, QUIET_MS);
    }),
  );
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
