/**
 * Who takes calls of which queue, as the server wants it: kept on disk and brought to the PBX by difference, also after the PBX or
 * we were away. The PBX keeps the members by itself; this mends what changed meanwhile.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { commandSchema, type CommandOf } from '../commands.ts';
import { memberKey, type ObservedMember } from '../tracker/state.ts';
import { writeAtomically } from './atomic-file.ts';
import { Refusal, send, type CommandContext } from './executor.ts';
import { isOurs, memberForm, type MemberForm } from './member-form.ts';

type Wanted = CommandOf<'setMemberships'>;
type WantedMember = Wanted['members'][number];
const wantedSchema = z.intersection(commandSchema, z.object({ name: z.literal('setMemberships') }));

export class Memberships {
  readonly #context: CommandContext;
  readonly #file: string;
  #wanted: Wanted | null;
  /** Changes go to the PBX one after another: two at once would each see the state before the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(context: CommandContext) {
    this.#context = context;
    this.#file = path.join(context.config.stateDir, `memberships-${context.config.pbxId}.json`);
    this.#wanted = this.#read();
  }

  /** Remembers the whole of what is wanted, and applies it. Remembered even when the PBX is away just now. */
  async set(wanted: Wanted): Promise<void> {
    await this.#remember(wanted);
    await this.apply();
  }

  /** Pauses or (with null) unpauses the extension in all its queues. */
  async pause(extension: string, reason: string | null): Promise<void> {
    if (this.#wanted !== null) {
      const members = this.#wanted.members.map((member) =>
        member.extension === extension ? { ...member, paused: reason !== null, pauseReason: reason } : member,
      );
      await this.#remember({ ...this.#wanted, members });
    }
    await this.#sendPause(this.#formOf(extension).interface, reason);
  }

  /** Brings the PBX's members to what is wanted. Nothing is sent where nothing differs. */
  apply(): Promise<void> {
    const next = this.#last.catch(() => {}).then(() => this.#apply());
    this.#last = next;
    return next;
  }

  async #apply(): Promise<void> {
    if (this.#wanted === null) return;
    const { members, complete } = this.#wanted;
    const wanted = new Map(members.map((member) => [memberKey(member.queue, member.extension), member]));
    const refusals: Refusal[] = [];
    const attempt = async (change: Promise<void>): Promise<void> => {
      await change.catch((error: unknown) => {
        // One queue that the PBX does not know must not keep the others' agents from work.
        if (!(error instanceof Refusal)) throw error;
        refusals.push(error);
      });
    };
    for (const [key, observed] of [...this.#context.state.members]) {
      if (complete && !wanted.has(key) && this.#mayRemove(observed)) await attempt(this.#remove(observed));
    }
    for (const [key, member] of wanted) await attempt(this.#bring(member, this.#context.state.members.get(key)));
    const [first] = refusals;
    if (first !== undefined) throw first;
  }

  async #bring(member: WantedMember, observed: ObservedMember | undefined): Promise<void> {
    if (observed === undefined) return this.#add(member);
    const { queue, penalty, paused, pauseReason } = member;
    if (observed.penalty !== penalty) {
      const change = { Action: 'QueuePenalty', Queue: queue, Interface: observed.interface, Penalty: String(penalty) };
      await send(this.#context, change);
    }
    if (observed.paused !== paused || observed.pauseReason !== pauseReason) {
      await this.#sendPause(observed.interface, paused ? (pauseReason ?? '') : null, queue);
    }
  }

  async #add({ queue, extension, penalty, paused, pauseReason }: WantedMember): Promise<void> {
    const form = this.#formOf(extension);
    await send(
      this.#context,
      {
        Action: 'QueueAdd',
        Queue: queue,
        Interface: form.interface,
        MemberName: extension,
        Penalty: String(penalty),
        Paused: paused ? 'true' : 'false',
        StateInterface: form.stateInterface,
      },
      [
        [/already there/i, 'fine'],
        [/does not exist|no such queue/i, 'unknown_queue'],
      ],
    );
    // QueueAdd has no reason.
    if (paused && pauseReason !== null) await this.#sendPause(form.interface, pauseReason, queue);
  }

  async #remove({ queue, interface: dialled }: ObservedMember): Promise<void> {
    const action = { Action: 'QueueRemove', Queue: queue, Interface: dialled };
    await send(this.#context, action, [[/not there|not dynamic/i, 'fine']]);
  }

  async #sendPause(dialled: string, reason: string | null, queue?: string): Promise<void> {
    await send(
      this.#context,
      {
        Action: 'QueuePause',
        Interface: dialled,
        Paused: reason === null ? 'false' : 'true',
        Reason: reason ?? '',
        ...(queue !== undefined && { Queue: queue }),
      },
      [[/not found/i, 'unknown_extension']],
    );
  }

  /** An existing PBX has members who are not ours to take away: colleagues without Headset, desk phones that log in by keys. */
  #mayRemove(observed: ObservedMember): boolean {
    return this.#context.config.mode === 'own' || isOurs(observed);
  }

  #formOf(extension: string): MemberForm {
    return memberForm(extension, this.#context.state.members.values(), this.#context.config.mode);
  }

  async #remember(wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    await writeAtomically(this.#file, JSON.stringify(wanted));
  }

  #read(): Wanted | null {
    try {
      return wantedSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      // None was wanted yet; or the file is damaged, and the server will say again.
      return null;
    }
  }
}
