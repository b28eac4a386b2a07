/** What an administrator pastes to mend a gap: files of pbx/freepbx/snippets, where each goes, and what makes Asterisk read it. */

export type Mend = {
  /** File in pbx/freepbx/snippets. */
  snippet: string;
  pasteInto: string;
  then: string;
};

export const MENDS = {
  manager: {
    snippet: 'manager_custom.conf',
    pasteInto: '/etc/asterisk/manager_custom.conf',
    then: "asterisk -rx 'manager reload'",
  },
  managerReadOnly: {
    snippet: 'manager_custom.read-only.conf',
    pasteInto: '/etc/asterisk/manager_custom.conf',
    then: "asterisk -rx 'manager reload'",
  },
  record: {
    snippet: 'cel_general_custom.conf',
    pasteInto: '/etc/asterisk/cel_general_custom.conf',
    then: "asterisk -rx 'module reload cel'",
  },
  recordFile: {
    snippet: 'cel_custom.conf',
    pasteInto: '/etc/asterisk/cel_custom.conf',
    then: "asterisk -rx 'module reload cel_custom.so'",
  },
  http: {
    snippet: 'http_custom.conf',
    pasteInto: '/etc/asterisk/http_custom.conf',
    then: "asterisk -rx 'module reload http'",
  },
} as const satisfies Record<string, Mend>;
