/** Versions of Asterisk: `22.10.1`, `22.10.1+dfsg+~cs6.17`, `18.9-cert11`, `GIT-22-…`. */

export type Version = readonly [major: number, minor: number, patch: number];

/** Null when it begins with no number. */
export function versionOf(text: string): Version | null {
  const match = /^(?:certified[/-])?(\d+)(?:\.(\d+))?(?:\.(\d+))?/i.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

export function isOlder(version: Version, than: string): boolean {
  const other = versionOf(than) ?? [0, 0, 0];
  const at = version.findIndex((part, i) => part !== other[i]);
  return at !== -1 && (version[at] ?? 0) < (other[at] ?? 0);
}

/** Event filters by `action(…),name(…)`; older ones take regular expressions alone. */
export function hasNewEventFilters(version: Version): boolean {
  switch (version[0]) {
    case 20:
      return !isOlder(version, '20.11.0');
    case 21:
      return !isOlder(version, '21.6.0');
    default:
      return !isOlder(version, '22.1.0');
  }
}
