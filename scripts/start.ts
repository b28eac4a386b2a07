/** `npm start`: brings the whole product up, keeps it up, and on Ctrl-C stops everything that it started and nothing else. */
import { instance } from './instance.ts';
import { runInTerminal } from './product/terminal.ts';

await runInTerminal(instance(), { reload: false });
