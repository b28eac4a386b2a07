/** What a PBX lets our AMI user do, told by what it lists for it: an action that needs a right which the user lacks is not listed. */
import type { Frame } from 'asterisk-manager';

/** The actions behind commands. A PBX that lists none of them is read-only. */
const ACTING = ['originate', 'hangup', 'queuepause', 'queueadd', 'queueremove'];

/** Whether any command can be carried out, by the answer to ListCommands. */
export function allowsCommands(listed: Frame): boolean {
  return ACTING.some((action) => action in listed);
}
