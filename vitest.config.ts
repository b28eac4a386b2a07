import { defineConfig } from 'vitest/config';

/** unit: pure, beside the sources · integration: a real Postgres, sockets, TCP · e2e: the whole product with PBX and browser. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{ami-bridge,db,server,agent-ui,scripts,pbx}/**/*.test.{ts,mjs}',
            'test/{lint,chaos,bench}/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/start/**/*.test.ts'],
          globalSetup: ['test/postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Postgres of its own for tests with a server of their own.
          globalSetup: ['test/postgres.ts', 'test/e2e/product.ts'],
          // One product, one carrier, one browser: one test file at a time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
