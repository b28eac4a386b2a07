/** What `npm run dev` adds to a start: parts restart when their sources change, and Vite serves the screen with hot reload. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { answersOk } from '../supervisor/child-part.ts';
import { repositoryRoot, type Instance } from '../instance.ts';
import type { Product } from './product.ts';
import { vite } from './screen-build.ts';
import { step } from '../steps.ts';
import { watchSources } from './watch-sources.ts';

export type Reloading = { address: string; stop: () => Promise<void> };

/** The screen's development server stands beside the server's port: 3000 → 3001. */
const PORTS_ABOVE_SERVER = 1;

export async function startReloading({ ports }: Instance, product: Product): Promise<Reloading> {
  const port = ports.server + PORTS_ABOVE_SERVER;
  const address = `http://127.0.0.1:${port}`;
  const screen = spawn(
    process.execPath,
    [vite(), 'dev', '--host', '127.0.0.1', '--port', String(port), '--strictPort'],
    {
      cwd: path.join(repositoryRoot, 'agent-ui'),
      env: { ...process.env, SERVER_URL: product.address },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    },
  );
  const gone = once(screen, 'exit');
  await step('Vite', async () => {
    while (screen.exitCode === null && !(await answersOk(address)))
      await new Promise((resolve) => setTimeout(resolve, 100));
  });
  const watches = [
    watchSources(['ami-bridge/src'], () => void product.restart('bridge')),
    watchSources(['server/src', 'db/src', 'ami-bridge/src'], () => void product.restart('server')),
  ];
  return {
    address,
    stop: async () => {
      for (const watch of watches) watch.close();
      if (screen.exitCode !== null) return;
      screen.kill('SIGTERM');
      await gone;
    },
  };
}
