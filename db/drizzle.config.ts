/** `npm run db:generate` writes the next migration from src/schema.ts; read what it wrote before committing it. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'postgresql', schema: './db/src/schema.ts', out: './db/migrations' });
