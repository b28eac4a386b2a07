/** `npm run dev`: like `npm start`, with reload. Bridge and server restart when their sources change; Vite serves the screen. */
import { instance } from './instance.ts';
import { runInTerminal } from './product/terminal.ts';

await runInTerminal(instance(), { reload: true });
