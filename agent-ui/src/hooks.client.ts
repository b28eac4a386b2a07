/** Runs before anything else in the browser. */
import { config } from 'zod';

// Zod compiles its checks with `new Function` where it may; our Content-Security-Policy forbids it, and even the attempt is reported.
config({ jitless: true });
