/** What chaos says: a table for people, and the line for programs. */

export type KillFigures = {
  what: string;
  liveAtKill: number;
  /** Different calls in the PBX's record, in its call detail records, and in our log, from before the blow until all was quiet again. */
  celCalls: number;
  cdrCalls: number;
  loggedCalls: number;
  missing: number;
  duplicated: number;
  stuckLive: number;
  agentsNotRungAgain: number;
};

/** What else is shown, and counts. */
export type Observations = {
  /** "menu 1, queue 1, …" at the blow. */
  stages: string;
  outageMs: number;
  /** Called during the outage, and answered by an agent. */
  came: number;
  served: number;
  worstStartMs: number;
  worstDurationMs: number;
  /** A sentence for everything that is not as it must be. */
  wrong: string[];
};

export type Kill = { figures: KillFigures; seen: Observations };

const COLUMNS: readonly [title: string, cell: (kill: Kill) => string | number][] = [
  ['blow', ({ figures }) => figures.what],
  ['live', ({ figures }) => figures.liveAtKill],
  ['back after', ({ seen }) => `${(seen.outageMs / 1000).toFixed(1)} s`],
  ['CEL', ({ figures }) => figures.celCalls],
  ['CDR', ({ figures }) => figures.cdrCalls],
  ['log', ({ figures }) => figures.loggedCalls],
  ['missing', ({ figures }) => figures.missing],
  ['twice', ({ figures }) => figures.duplicated],
  ['stuck', ({ figures }) => figures.stuckLive],
  ['not rung', ({ figures }) => figures.agentsNotRungAgain],
  ['came, served', ({ seen }) => `${seen.came}, ${seen.served}`],
  ['start ±', ({ seen }) => `${seen.worstStartMs.toFixed(1)} ms`],
  ['duration ±', ({ seen }) => `${seen.worstDurationMs.toFixed(1)} ms`],
];

export function table(kills: readonly Kill[]): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...kills.map((kill) => COLUMNS.map(([, cell]) => String(cell(kill)))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line.map((cell, column) => (column === 0 ? pad(cell, widths[0]) : cell.padStart(widths[column] ?? 0))),
    )
    .map((line) => line.join('  '))
    .join('\n');
}

const pad = (cell: string, width = 0): string => cell.padEnd(width);

export function lastLine(kills: readonly Kill[]): string {
  return JSON.stringify({ kills: kills.map(({ figures }) => figures) });
}

/** Nothing lost, nothing twice, nobody forgotten. */
export function isWell({ figures, seen }: Kill): boolean {
  const { missing, duplicated, stuckLive, agentsNotRungAgain } = figures;
  return missing + duplicated + stuckLive + agentsNotRungAgain === 0 && seen.wrong.length === 0;
}
