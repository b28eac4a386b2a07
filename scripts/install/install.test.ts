import { describe, expect, it } from 'vitest';
import { firstDifference } from './installed-packages.mjs';
import { explainNpmFailure } from './npm-failure.mjs';

const zod = { version: '4.6.7', integrity: 'sha512-a' };

describe('the packages are installed', () => {
  it('when npm’s list agrees with the lock file', () => {
    expect(firstDifference({ '': {}, 'node_modules/zod': zod }, { 'node_modules/zod': { ...zod } })).toBeNull();
  });

  it('though optional packages of other platforms are absent', () => {
    expect(firstDifference({ 'node_modules/fsevents': { ...zod, optional: true } }, {})).toBeNull();
  });

  it('not when one is missing, another version, other bytes, or too much', () => {
    const wanted = { 'node_modules/zod': zod };
    expect(firstDifference(wanted, {})).toBe('node_modules/zod is missing');
    expect(firstDifference(wanted, { 'node_modules/zod': { ...zod, version: '4.6.6' } })).toBe(
      'node_modules/zod is another version',
    );
    expect(firstDifference(wanted, { 'node_modules/zod': { ...zod, integrity: 'sha512-b' } })).toBe(
      'node_modules/zod is another version',
    );
    expect(firstDifference({}, { 'node_modules/zod': zod })).toBe('node_modules/zod is too much');
  });
});

describe('a failed npm ci', () => {
  it.each([
    ['npm error code ENOSPC\nnpm error syscall write', /disk is full/],
    ['npm error code EACCES\nnpm error path /root/.npm/_cacache/tmp', /may not write its cache/],
    [
      'npm error code EACCES\nnpm error path /srv/headset/node_modules\nnpm error A complete log: /home/u/.npm/_logs/x.log',
      /may not write node_modules/,
    ],
    ['npm error code ENOTFOUND\nnpm error network request failed', /registry cannot be reached/],
    ['npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json', /disagree/],
    ['npm error something new', /own words/],
  ])('is explained: %s', (output, meaning) => expect(explainNpmFailure(output)).toMatch(meaning));
});
