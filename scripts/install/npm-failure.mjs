/** What a failed `npm ci` means for the person in front of it. */

/** @type {[RegExp, string][]} The first that matches npm's output is the cause. */
const causes = [
  [/ENOSPC|no space left/i, 'The disk is full. Headset needs about 2 GB: free some, or clone to another disk.'],
  [/EROFS/, 'The folder is on a read-only disk. Clone to one that can be written.'],
  [/EDQUOT/, 'The disk quota of this user is used up.'],
  [/EMFILE|ENFILE/, 'Too many files are open. Raise the limit (`ulimit -n 4096`) and try again.'],
  [
    // The place is on the line of the path; that of npm's own log, further down, is no sign.
    /(EACCES|EPERM)[^]*(\bpath [^\n]*_cacache|cache folder contains root-owned files)/,
    'npm may not write its cache. Give the folder of `npm config get cache` back to this user, or set npm_config_cache to another one.',
  ],
  [/EACCES|EPERM/, 'This user may not write node_modules. Run as the owner of the clone.'],
  [/EINTEGRITY/, 'A package arrived damaged. Run `npm cache verify`, then try again.'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|certificate/i,
    'The registry’s certificate is not trusted. Set NODE_EXTRA_CA_CERTS to the certificate of your proxy or mirror.',
  ],
  [/E401|E403/, 'The npm registry refused access. Look at `npm config get registry` and at its credentials.'],
  [
    /E404|ETARGET|notarget/,
    'The npm registry does not have a package of package-lock.json. Look at `npm config get registry`: a mirror may be behind.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    'The npm registry cannot be reached. Look at the network, at HTTPS_PROXY and at `npm config get registry`, then try again.',
  ],
  [
    /can only install packages when|not in sync/,
    'package.json and package-lock.json disagree. Run `npm install`, and commit both.',
  ],
  [/gyp ERR|make: /, 'A package tried to compile itself: there is no ready binary of it for this platform.'],
];

/** @param {string} output what npm printed @returns {string} */
export function explainNpmFailure(output) {
  return causes.find(([pattern]) => pattern.test(output))?.[1] ?? 'npm’s own words are above.';
}
