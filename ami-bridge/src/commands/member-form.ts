/** How a PBX writes a queue's member. Pure. */
import type { Config } from '../config.ts';
import type { ObservedMember } from '../tracker/state.ts';

/** What the queue dials, and what it asks whether that is free. */
export type MemberForm = { interface: string; stateInterface: string };

/** Of a PBX that has no member to learn from: ours, and one that FreePBX set up. */
const FORMS: Readonly<Record<Config['mode'], MemberForm>> = {
  own: { interface: 'PJSIP/EXTENSION', stateInterface: 'PJSIP/EXTENSION' },
  existing: { interface: 'Local/EXTENSION@from-queue/n', stateInterface: 'hint:EXTENSION@ext-local' },
};

/** As the PBX has the extension already, in any queue; else as it has others; else as such a PBX does. */
export function memberForm(
  extension: string,
  members: Iterable<Pick<ObservedMember, 'extension' | 'interface' | 'stateInterface'>>,
  mode: Config['mode'],
): MemberForm {
  let learnt: MemberForm | null = null;
  for (const member of members) {
    const form = { interface: member.interface, stateInterface: member.stateInterface ?? member.interface };
    if (member.extension === extension) return form;
    if (names(form.interface, member.extension)) learnt ??= renamed(form, member.extension, extension);
  }
  return learnt ?? renamed(FORMS[mode], 'EXTENSION', extension);
}

/** Members that we add are named by their extension; an administrator's have a person's name or none. */
export function isOurs({ member, extension }: Pick<ObservedMember, 'member' | 'extension'>): boolean {
  return member === extension;
}

function renamed(form: MemberForm, from: string, to: string): MemberForm {
  const put = (text: string): string => text.replaceAll(wholeWord(from), to);
  return { interface: put(form.interface), stateInterface: put(form.stateInterface) };
}

function names(dialled: string, extension: string): boolean {
  return wholeWord(extension).test(dialled);
}

/** Extensions are digits; 5001 must not be found within 15001. */
function wholeWord(extension: string): RegExp {
  return new RegExp(`(?<!\\w)${extension}(?!\\w)`, 'g');
}
