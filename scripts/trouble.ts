/** A failure whose message is written for the person at the terminal: it says what is wrong and what to do. Shown without a stack. */
export class Trouble extends Error {
  override name = 'Trouble';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For the person at the terminal: what the system refused, in words; a stack only for what nobody thought of. */
export function explain(error: unknown): string {
  if (error instanceof Trouble || !(error instanceof Error)) return messageOf(error);
  const { code, path: read, dest: path = read } = error as NodeJS.ErrnoException & { dest?: string };
  const where = path === undefined ? '' : `: ${path}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk is full${where}`;
  if (code === 'EROFS') return `The disk cannot be written${where}`;
  if (code === 'EACCES' || code === 'EPERM') return `This user has no right to do that${where}`;
  if (code === 'EMFILE' || code === 'ENFILE') return 'Too many files are open: raise the limit (ulimit -n 4096)';
  return error.stack ?? error.message;
}
