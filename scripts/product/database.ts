/** The database that a start uses, brought to this version's schema and, when it is empty, given the demo base. */
import { connect, disconnect, migrate, SchemaIsNewerError } from '@headset/db';
import { seed } from '@headset/db/seed';
import type { Instance } from '../instance.ts';
import type { Secrets } from '../secrets.ts';
import type { Settings } from './settings.ts';
import { step } from '../steps.ts';
import { Trouble } from '../trouble.ts';

export function databaseUrlOf({ ports }: Instance, settings: Settings, { postgresPassword }: Secrets): string {
  return settings.databaseUrl ?? `postgres://headset:${postgresPassword}@127.0.0.1:${ports.postgres}/headset`;
}

export async function prepareDatabase(databaseUrl: string): Promise<void> {
  await step('Database schema', async ({ detail }) => {
    try {
      const found = await migrate(databaseUrl);
      detail(found === 'current' ? 'current' : `${found}, migrated`);
    } catch (error) {
      if (error instanceof SchemaIsNewerError) throw new Trouble(error.message, { cause: error });
      throw error;
    }
  });
  await step('Demo base', async ({ detail }) => {
    const db = connect(databaseUrl, { max: 1, applicationName: 'headset-seed' });
    try {
      const { seeded } = await seed(db);
      detail(seeded ? 'made' : 'left as it is');
    } finally {
      await disconnect(db);
    }
  });
}
