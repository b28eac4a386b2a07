/**
 * Reads a file to which Asterisk appends (`cel.csv`, `cdr.csv`) on from where the last reading ended, piece by piece. The place is
 * kept by the caller: what was read and not yet dealt with is read again by the next life of the bridge.
 *
 * A file that was renamed (`cel.csv.1`, by logrotate) is read to its end before its successor. One that was cut short or is gone
 * leaves a gap, which is told.
 */
import type { Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** A place in a file that may be renamed: `file` is made of its inode and its time of birth, as inodes are used again. */
export type Checkpoint = { file: string; offset: number };

/** Before anything was read: the next reading begins with the file as it is. */
export const BEGINNING: Checkpoint = { file: '', offset: 0 };

/** What a parser makes of a piece: `consumed` bytes of it are done with. */
export type Parsed = { consumed: number; damaged: number };

export type Reading<P extends Parsed> = {
  parsed: P;
  /** Where the piece begins, and where the next one does. */
  from: Checkpoint;
  checkpoint: Checkpoint;
  /** There is more to be read at once. */
  more: boolean;
  /** What followed the checkpoint is gone. */
  gap: boolean;
  /** Rows that could not be read. */
  damaged: number;
};

const PIECE_BYTES = 1024 * 1024;

/** The next piece behind `after`, at most `pieceBytes` of it. Null when there is no such file; rejects when it cannot be read. */
export async function readSince<P extends Parsed>(
  file: string,
  after: Checkpoint,
  parse: (piece: Buffer) => P,
  pieceBytes = PIECE_BYTES,
): Promise<Reading<P> | null> {
  const lives = await livesOf(file);
  const current = lives.at(-1);
  if (current === undefined) return null;
  const known = lives.findIndex(({ id }) => id === after.file);
  const life = lives[known] ?? current;
  const cut = known !== -1 && life.size < after.offset;
  const gap = cut || (known === -1 && after.file !== '');
  const offset = known === -1 || cut ? 0 : after.offset;

  const piece = await readPiece(life, offset, pieceBytes);
  const parsed = parse(piece);
  const from = { file: life.id, offset };
  const successor = lives[lives.indexOf(life) + 1];
  const atEnd = offset + piece.length >= life.size;
  if (atEnd && successor !== undefined) {
    // Nobody writes to it any more: an unfinished row stays so.
    const torn = parsed.consumed < piece.length ? 1 : 0;
    const next = { file: successor.id, offset: 0 };
    return { parsed, from, checkpoint: next, more: true, gap, damaged: parsed.damaged + torn };
  }
  const checkpoint = { file: life.id, offset: offset + parsed.consumed };
  return { parsed, from, checkpoint, more: !atEnd && parsed.consumed > 0, gap, damaged: parsed.damaged };
}

/** The end of the file as it is now: where to begin with a record whose past is not ours. Null when there is none yet. */
export async function endOf(file: string): Promise<Checkpoint | null> {
  const current = (await livesOf(file)).at(-1);
  return current === undefined ? null : { file: current.id, offset: current.size };
}

type Life = { id: string; path: string; size: number; writtenAt: number };

/** The file and what it was renamed to, the oldest first. Compressed ones cannot be read on. */
async function livesOf(file: string): Promise<Life[]> {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  const names = (await readdir(folder).catch(ifMissing([]))).filter(
    (each) =>
      each.startsWith(name) && /^([.-][\w.-]*)?$/.test(each.slice(name.length)) && !/\.(gz|xz|bz2|zst)$/.test(each),
  );
  const lives = await Promise.all(
    names.map(async (each): Promise<(Life & { current: boolean }) | null> => {
      const found = await stat(path.join(folder, each)).catch(ifMissing(null));
      if (found === null || !found.isFile()) return null;
      return {
        id: idOf(found),
        path: path.join(folder, each),
        size: found.size,
        writtenAt: found.mtimeMs,
        current: each === name,
      };
    }),
  );
  return lives
    .filter((life) => life !== null)
    .toSorted((a, b) => Number(a.current) - Number(b.current) || a.writtenAt - b.writtenAt || turn(b) - turn(a));
}

/** The number behind a rotated file's name: the highest is the oldest. */
function turn(life: Life): number {
  return Number(/\.(\d{1,4})$/.exec(life.path)?.[1] ?? 0);
}

/** Nothing when the file was renamed since it was looked at: the next reading finds it. */
async function readPiece(life: Life, offset: number, bytes: number): Promise<Buffer> {
  const handle = await open(life.path, 'r');
  try {
    if (idOf(await handle.stat()) !== life.id) return Buffer.alloc(0);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function idOf({ ino, birthtimeMs }: Stats): string {
  return `${ino}-${Math.floor(birthtimeMs)}`;
}

function ifMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead;
    throw error;
  };
}
