import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium on this machine: `CHROMIUM_PATH`, or where systems put one. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env['CHROMIUM_PATH'], ...places].find((path) => path !== undefined && existsSync(path));
}

/**
 * Installs the system's Chromium where that takes no password (root with apt-get), once. It is the one tool that cannot
 * be kept in a cache folder: it needs libraries of the system. Elsewhere the browser tests are skipped by name.
 */
export async function installChromium(env: NodeJS.ProcessEnv, say: (text: string) => void): Promise<void> {
  if (findChromium(env) !== undefined || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  say('installing Chromium for the browser tests with apt-get (once)');
  const quiet = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 1 << 26,
    timeout: 10 * 60_000,
  };
  try {
    await exec('apt-get', ['update', '-qq'], quiet);
    await exec('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  } catch (error) {
    say(
      `Chromium cannot be installed (${String(error).split('\n')[0]}): the browser tests are skipped by name`,
    );
  }
}
