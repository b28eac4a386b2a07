/** The browser of the end-to-end tests and of the pictures: Debian's Chromium, driven by playwright-core. */
import { spawn } from 'node:child_process';
import { access, constants, readFile, readdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { LaunchOptions } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
/** DejaVu and Noto both cover Cyrillic; without one of them Russian is drawn as empty boxes and every width is wrong. */
const fontFolders = ['/usr/share/fonts/truetype/dejavu', '/usr/share/fonts/truetype/noto'];
const packages = ['chromium', 'fonts-dejavu-core', 'fonts-noto-core'];

/**
 * How Headset's tests start Chromium: a fake microphone that is always granted, WebRTC over the loopback address, and nothing that
 * talks to the outside. `--no-sandbox` because the tests run as root in containers.
 */
export const launchOptions: LaunchOptions = {
  executablePath,
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
  ],
};

/**
 * Makes sure that Chromium and a Cyrillic font are there. As root on Debian it installs what is missing.
 * @param report receives one line for each step worth showing.
 * @throws Error that says what to install, when it may not install it itself.
 */
export async function ensureChromium(report: (line: string) => void): Promise<void> {
  if ((await canRun(executablePath)) && (await hasCyrillicFont())) return;
  const wanted = `Chromium at ${executablePath} and a font with Cyrillic (${packages.join(', ')})`;
  if (process.getuid?.() !== 0 || !(await isDebian())) {
    throw new Error(`The browser tests need ${wanted}. On Debian: sudo apt-get install ${packages.join(' ')}`);
  }
  report(`installing ${packages.join(', ')} with apt-get`);
  await run('apt-get', ['update']);
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages]);
  if (!(await canRun(executablePath))) throw new Error(`apt-get finished, but there is no ${wanted}`);
  report('chromium is installed');
}

async function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function hasCyrillicFont(): Promise<boolean> {
  const found = await Promise.all(fontFolders.map((folder) => readdir(folder).catch(() => [])));
  return found.some((files) => files.some((file) => file.endsWith('.ttf')));
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^(ID|ID_LIKE)=.*debian/m.test(release);
}

/** Runs to the end; on failure the error carries the last lines that the command wrote. */
function run(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    let written = '';
    const keepTail = (chunk: Buffer): void => {
      written = (written + chunk.toString()).slice(-2000);
    };
    child.stdout.on('data', keepTail);
    child.stderr.on('data', keepTail);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${written.trim()}`));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureChromium((line) => process.stdout.write(`${line}\n`));
}
