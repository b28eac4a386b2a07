/** Where the next life of the bridge reads the PBX's record on, kept beside the outbox. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../commands/atomic-file.ts';
import type { Checkpoint } from './reader.ts';

const checkpointSchema = z.object({
  file: z.string(),
  offset: z.number().int().nonnegative(),
}) satisfies z.ZodType<Checkpoint>;
const keptSchema = z.object({ cel: checkpointSchema, cdr: checkpointSchema });
export type Kept = z.infer<typeof keptSchema>;

export class CheckpointFile {
  readonly #file: string;
  #written = '';

  constructor(folder: string, pbxId: string) {
    this.#file = path.join(folder, `record-${pbxId}.json`);
  }

  /** Null when there is none, or a damaged one: then the record is read as by a bridge that is new to it. */
  async read(): Promise<Kept | null> {
    try {
      const parsed = keptSchema.safeParse(JSON.parse(await readFile(this.#file, 'utf8')));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  }

  async write(kept: Kept): Promise<void> {
    const text = `${JSON.stringify(kept)}\n`;
    if (text === this.#written) return;
    await writeAtomically(this.#file, text);
    this.#written = text;
  }
}
