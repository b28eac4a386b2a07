import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** The project's own configuration, with the layer rules alone: they need no types, so the snippets need no files. */
const eslint = new ESLint({
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ruleId.startsWith('layers/'),
});

async function broken(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const messages = result?.messages ?? [];
  const failures = messages.filter(({ ruleId }) => ruleId === null);
  expect(failures).toEqual([]);
  return [...new Set(messages.map(({ ruleId }) => ruleId ?? ''))];
}

type Case = [where: string, code: string];

function refuses(rule: string, bad: Case[], good: Case[]): void {
  describe(rule, () => {
    it.each(bad)('refuses in %s: %s', async (where, code) =>
      expect(await broken(where, code)).toEqual([`layers/${rule}`]),
    );
    it.each(good)('allows in %s: %s', async (where, code) => expect(await broken(where, code)).toEqual([]));
  });
}

refuses(
  'asterisk-words',
  [
    ['server/src/calls/evolve.ts', 'export const x = (event: { uniqueid: string }) => event.uniqueid;'],
    ['server/src/calls/evolve.ts', 'export const linkedId = 1;'],
    ['server/src/app.ts', "export const phone = 'PJSIP/1001';"],
    ['server/src/app.ts', 'export const phone = (ext: string) => `Local/${ext}@agents`;'],
    ['server/src/app.ts', "export const is = (kind: string) => kind === 'QueueCallerJoin';"],
    ['server/src/app.ts', 'export const x = (e: { channelState: string }) => e.channelState;'],
    ['server/src/app.ts', "import manager from 'asterisk-manager';\nexport { manager };"],
    ['db/src/queries/calls.ts', 'export type Row = { interface: string };'],
    ['agent-ui/src/lib/desk/view.ts', 'export const BridgeEnter = 1;'],
    ['agent-ui/src/lib/desk/Call.svelte', '<script lang="ts">\n  const phone = "PJSIP/1001";\n</script>\n{phone}'],
  ],
  [
    [
      'ami-bridge/src/tracker/evolve.ts',
      "export const x = (event: { uniqueid: string }) => event.uniqueid === 'PJSIP/1001';",
    ],
    ['server/src/app.ts', "export const interaction = { channel: 'voice', bridgeToken: 'x' };"],
    ['server/src/app.ts', "export const kinds = ['CallQueued', 'CallEnded'];"],
    ['agent-ui/src/lib/phone/softphone.svelte.ts', 'export const hangUp = () => {};'],
  ],
);

refuses(
  'sql-in-db',
  [
    ['server/src/calls/routes.ts', 'declare const sql: any; export const q = sql`select 1`;'],
    ['server/src/calls/routes.ts', 'declare const db: any; export const q = db.sql`select 1`;'],
    ['server/src/calls/routes.ts', "import { eq } from 'drizzle-orm';\nexport { eq };"],
    ['server/src/calls/routes.ts', "import postgres from 'postgres';\nexport { postgres };"],
    ['server/src/calls/routes.ts', "export const q = 'select id from calls';"],
    ['ami-bridge/src/main.ts', "export const q = 'INSERT INTO calls values (1)';"],
  ],
  [
    ['db/src/queries/calls.ts', "import { sql } from 'drizzle-orm';\nexport const q = sql`select 1`;"],
    ['server/src/calls/routes.ts', "export const label = 'Select a client';"],
  ],
);

refuses(
  'emit-in-one-place',
  [
    ['server/src/calls/routes.ts', "declare const io: any; io.emit('event', 1);"],
    ['server/src/desk/socket.ts', "declare const io: any; io.to('agent').emit('event', 1);"],
  ],
  [
    ['server/src/publish.ts', "declare const io: any; io.emit('event', 1);"],
    ['agent-ui/src/lib/desk/desk.svelte.ts', "declare const socket: any; socket.emit('command', 1);"],
  ],
);

refuses(
  'pure',
  [
    ['ami-bridge/src/tracker/track.ts', 'export const now = () => Date.now();'],
    ['ami-bridge/src/tracker/track.ts', 'export const now = () => new Date();'],
    ['ami-bridge/src/tracker/track.ts', 'setTimeout(() => {}, 1);'],
    ['ami-bridge/src/tracker/track.ts', 'export async function load() {}'],
    ['server/src/calls/evolve.ts', 'export const x = () => console.log(1);'],
    ['server/src/agents/agent-state.ts', 'export const x = (log: { info(): void }) => log.info();'],
    ['server/src/access/rights.ts', "import { readFileSync } from 'node:fs';\nexport { readFileSync };"],
    ['agent-ui/src/lib/desk/view.ts', 'export const x = performance.now();'],
    ['agent-ui/src/lib/desk/view.ts', 'export const x = Math.random();'],
  ],
  [
    ['ami-bridge/src/tracker/track.ts', 'export const at = (iso: string) => new Date(iso).getTime();'],
    ['ami-bridge/src/tracker/track.test.ts', 'export const now = () => Date.now();'],
    ['ami-bridge/src/main.ts', 'export const now = () => Date.now();'],
  ],
);

refuses(
  'imports-nothing-of-ours',
  [
    ['ami-bridge/src/main.ts', "import { x } from '@headset/server/contract';\nexport { x };"],
    ['ami-bridge/src/main.ts', "export * from '../../server/src/contract/index.ts';"],
    ['db/src/index.ts', "import type { x } from '@headset/ami-bridge/domain-events';\nexport type { x };"],
  ],
  [['db/src/index.ts', "export * from './schema.ts';"]],
);

refuses(
  'server-imports',
  [
    ['server/src/app.ts', "import { x } from '@headset/agent-ui';\nexport { x };"],
    ['server/src/app.ts', "import { x } from '../../ami-bridge/src/main.ts';\nexport { x };"],
  ],
  [
    [
      'server/src/app.ts',
      "import type { DomainEvent } from '@headset/ami-bridge/domain-events';\nexport type { DomainEvent };",
    ],
  ],
);

refuses(
  'contract-imports',
  [
    ['server/src/contract/calls.ts', "import { readFileSync } from 'node:fs';\nexport { readFileSync };"],
    ['server/src/contract/calls.ts', "import { x } from '../app.ts';\nexport { x };"],
  ],
  [['server/src/contract/calls.ts', "import { z } from 'zod';\nexport { z };"]],
);

refuses(
  'screen-imports',
  [
    ['agent-ui/src/lib/api.ts', "import { x } from '@headset/db';\nexport { x };"],
    ['agent-ui/src/lib/api.ts', "import { x } from '@headset/server/app';\nexport { x };"],
    ['agent-ui/src/lib/api.ts', "import { x } from '@headset/ami-bridge/domain-events';\nexport { x };"],
  ],
  [
    ['agent-ui/src/lib/api.ts', "import { x } from '@headset/server/contract';\nexport { x };"],
    ['agent-ui/src/lib/api.ts', "import { x } from '@headset/ami-bridge/ivr/step';\nexport { x };"],
  ],
);

refuses(
  'no-sleep',
  [
    ['test/integration/pipeline.test.ts', 'export const nap = () => new Promise((r) => setTimeout(r, 100));'],
    ['server/src/app.test.ts', "import { setTimeout } from 'node:timers/promises';\nexport { setTimeout };"],
    ['test/e2e/call.test.ts', 'declare const page: any; page.waitForTimeout(100);'],
  ],
  [['test/integration/pipeline.test.ts', 'export const stop = (stopAll: () => void) => setTimeout(stopAll, 1000);']],
);

refuses(
  'names-say-what',
  [
    ['server/src/utils.ts', 'export {};'],
    ['agent-ui/src/lib/helpers/money.ts', 'export {};'],
    ['db/src/common.ts', 'export {};'],
    ['test/e2e/call-helpers.ts', 'export {};'],
  ],
  [['server/src/commonwealth.ts', 'export {};']],
);
