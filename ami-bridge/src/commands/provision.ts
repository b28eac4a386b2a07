/** Phones and queues as files of Asterisk, for the folder that our own PBX watches (see pbx/README.md, "Generated files"). */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandOf, QueueStrategy } from '../commands.ts';
import { RefusedByPbx } from '../ami/session.ts';
import { writeAtomically } from './atomic-file.ts';
import { Refusal, type CommandContext } from './executor.ts';

type Provision = CommandOf<'provision'>;
type Phone = Provision['phones'][number];

/** How long the PBX may take to bring the files in: it watches, and says nothing. */
const VERIFY_MS = 5_000;
const VERIFY_EVERY_MS = 100;

const STRATEGIES: Readonly<Record<QueueStrategy, string>> = {
  longest_idle: 'leastrecent',
  fewest_calls: 'fewestcalls',
  ring_all: 'ringall',
  round_robin: 'rrmemory',
  linear: 'linear',
  random: 'random',
};

/**
 * Writes what differs, then waits until the PBX knows every phone: a broken file would leave it with the old ones without a word.
 * Refused `read_only` where the PBX is not ours, `timeout` where it did not take the files in.
 */
export async function provision(context: CommandContext, command: Provision): Promise<void> {
  const { generatedDir, mode } = context.config;
  if (mode === 'existing' || generatedDir === undefined) throw new Refusal('read_only');
  await write(generatedDir, path.join('pjsip.d', 'phones.conf'), renderPhones(command.phones));
  await write(generatedDir, path.join('queues.d', 'queues.conf'), renderQueues(command.queues));
  await write(generatedDir, 'queue-limits.conf', renderLimits(command.queues));
  const known = [
    ...command.phones.map((phone) => () => knowsPhone(context, phone)),
    () => knowsQueues(context, command.queues),
  ];
  const deadline = Date.now() + VERIFY_MS;
  for (const isKnown of known) await untilTrue(isKnown, deadline);
}

async function write(folder: string, name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const current = await readFile(file, 'utf8').catch(() => null);
  if (current !== text) await writeAtomically(file, text);
}

async function untilTrue(isKnown: () => Promise<boolean>, deadline: number): Promise<void> {
  while (!(await isKnown())) {
    if (Date.now() > deadline) throw new Refusal('timeout');
    await delay(VERIFY_EVERY_MS);
  }
}

/** The name that others see is read back, so that a phone which is there already proves the new file too. */
async function knowsPhone({ ami }: CommandContext, { extension, displayName }: Phone): Promise<boolean> {
  try {
    const { value } = await ami.action({ Action: 'Getvar', Variable: `PJSIP_ENDPOINT(${extension},callerid)` });
    return typeof value === 'string' && value.includes(displayable(displayName));
  } catch (error) {
    // An endpoint that it does not know is an error of the function, not of the connection.
    if (error instanceof RefusedByPbx) return false;
    throw error;
  }
}

async function knowsQueues({ ami }: CommandContext, queues: Provision['queues']): Promise<boolean> {
  const rows = await ami.list({ Action: 'QueueStatus' });
  const known = new Map(rows.filter(({ event }) => event === 'QueueParams').map((row) => [row.queue, row.strategy]));
  // Asterisk changes to `linear` at its next start only.
  return queues.every(({ queue, strategy }) =>
    strategy === 'linear' ? known.has(queue) : known.get(queue) === STRATEGIES[strategy],
  );
}

export function renderPhones(phones: Provision['phones']): string {
  return sections(
    phones.map(({ extension, secret, displayName }) =>
      [
        `[${extension}](agent-endpoint)`,
        `auth=${extension}`,
        `aors=${extension}`,
        `callerid="${displayable(displayName)}" <${extension}>`,
        `[${extension}](agent-auth)`,
        `username=${extension}`,
        `password=${secret}`,
        `[${extension}](agent-aor)`,
      ].join('\n'),
    ),
  );
}

export function renderQueues(queues: Provision['queues']): string {
  return sections(
    queues.map(({ queue, strategy, ringSeconds, weight }) =>
      [
        `[${queue}](queue-defaults)`,
        `strategy=${STRATEGIES[strategy]}`,
        `timeout=${ringSeconds}`,
        `weight=${weight}`,
      ].join('\n'),
    ),
  );
}

export function renderLimits(queues: Provision['queues']): string {
  return sections(queues.map(({ queue, maxWaitSeconds }) => `[${queue}]\nmax_wait_seconds=${maxWaitSeconds}`));
}

function sections(rendered: string[]): string {
  return `; Written by the bridge. Changes made here are lost.\n\n${rendered.join('\n\n')}\n`;
}

/** Without what would end the quoted text, begin a comment or another section. */
function displayable(name: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return name.replace(/[\u0000-\u001f\u007f"\\;<>[\]#]/g, ' ').trim();
}
