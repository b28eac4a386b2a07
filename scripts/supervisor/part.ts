/** What the supervisor looks after: a process of ours, Postgres, a container. */

import type { Life } from './supervision.ts';

export type Part = {
  name: string;
  /** Brings the part up, taking over or clearing away what an earlier life left. Resolves when the part serves; gives up at `signal`. */
  start: (signal: AbortSignal) => Promise<RunningPart>;
};

export type RunningPart = {
  /** Settles once, when the part is gone, with how: "exit code 1", "killed by SIGKILL". */
  ended: Promise<string>;
  /** When the part last said, or was last seen, to be alive. */
  life: Life;
  /** Lets it finish what it does; resolves when it is gone. */
  stop: () => Promise<void>;
  /** Ends it now. */
  kill: () => void;
  /** The last lines that it printed. */
  tail: () => string[];
};
