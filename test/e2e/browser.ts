/** The operators' browser: Chromium whose microphone hears a steady tone, so that what it sends can be recognised at the other side. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { launchOptions } from '../../scripts/chromium.ts';
import { writeTone } from './tone-wave.ts';

/** What operators "say". The carrier's people say 440 Hz. */
export const OPERATOR_TONE_HZ = 880;
export const CALLER_TONE_HZ = 440;

export type OperatorBrowser = { browser: Browser; close: () => Promise<void> };

export async function openBrowser(): Promise<OperatorBrowser> {
  const folder = mkdtempSync(path.join(tmpdir(), 'headset-microphone-'));
  const microphone = path.join(folder, 'tone.wav');
  writeTone(microphone, OPERATOR_TONE_HZ);
  const args = [...(launchOptions.args ?? []), `--use-file-for-fake-audio-capture=${microphone}`];
  const browser = await chromium.launch({ ...launchOptions, args });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
