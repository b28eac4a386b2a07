/** Why the embedded Postgres could not be started. `message` is for the person at the terminal. */
export type StartFailure =
  | 'port_busy'
  | 'disk_full'
  | 'not_permitted'
  | 'no_binaries'
  | 'other_version'
  /** Its processes of an earlier life do not go away. */
  | 'still_running'
  | 'failed';

export class PostgresStartError extends Error {
  override name = 'PostgresStartError';
  readonly failure: StartFailure;

  constructor(failure: StartFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** What initdb and postgres say of themselves (always in English: we set their locale), and what the system says of files. */
const SIGNS: readonly [RegExp, StartFailure, string][] = [
  [/address already in use/i, 'port_busy', 'another program listens on the port of Postgres'],
  [/no space left on device|check free disk space|ENOSPC|disk quota exceeded|EDQUOT/i, 'disk_full', 'the disk is full'],
  [
    /pre-existing shared memory block|lock file .* already exists/i,
    'still_running',
    'an earlier Postgres still runs on this data folder',
  ],
  [
    /files are incompatible with server|initialized by PostgreSQL version/i,
    'other_version',
    'the data folder belongs to another version of PostgreSQL',
  ],
  [
    /permission denied|EACCES|EPERM|EROFS/i,
    'not_permitted',
    'a file or folder may not be used by the account that Postgres runs as',
  ],
];

/** `text`: the last words of a program, or of the system. `where`: what was being done, and with which folder or port. */
export function explainStart(text: string, where: string): PostgresStartError {
  const lines = text.trim().split('\n');
  for (const [sign, failure, meaning] of SIGNS) {
    const line = lines.find((candidate) => sign.test(candidate));
    if (line !== undefined) return new PostgresStartError(failure, `Postgres: ${where}: ${meaning}: ${line.trim()}`);
  }
  return new PostgresStartError(
    'failed',
    `Postgres: ${where} failed. Its last words:\n  ${lines.slice(-5).join('\n  ')}`,
  );
}
