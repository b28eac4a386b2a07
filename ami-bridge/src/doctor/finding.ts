import type { Mend } from './snippets.ts';

/** fine: as it must be · warning: works, but see to it · gap: something of Headset does not work. */
export type Level = 'fine' | 'warning' | 'gap';

export type Finding = {
  /** Stable name of what was checked, for programs. */
  check: string;
  level: Level;
  /** For the administrator of the PBX: what is so, and what comes of it. */
  says: string;
  mend: Mend | null;
};

export const fine = (check: string, says: string): Finding => ({ check, level: 'fine', says, mend: null });

export const warning = (check: string, says: string, mend: Mend | null = null): Finding => ({
  check,
  level: 'warning',
  says,
  mend,
});

export const gap = (check: string, says: string, mend: Mend | null = null): Finding => ({
  check,
  level: 'gap',
  says,
  mend,
});
