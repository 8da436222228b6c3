import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import { chromium, type Browser } from 'playwright-core';

const run = promisify(execFile);

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A Chromium: the one on the PATH, or on a Debian or Ubuntu where this process is root the distribution's,
 * installed now.
 * @returns undefined where there is none, with a line that says so; with CI=true that is an error, for there
 *   no test may be skipped
 */
export async function openChromium(): Promise<Browser | undefined> {
  try {
    const executablePath = (await onPath()) ?? (await install());
    // Chromium's own sandbox does not work as root or in most containers; the pages are our own.
    return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
    process.stderr.write(`Skipped: the suite that looks at reports in a browser (${reason})\n`);
    return undefined;
  }
}

async function onPath(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const file of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

/** Hundreds of megabytes, once for a machine. */
async function install(): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('no chromium on the PATH, and only root can install it');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    env,
    maxBuffer: 2 ** 26,
  });
  const installed = await onPath();
  if (installed === undefined) throw new Error('apt-get installed chromium, and it is not on the PATH');
  return installed;
}
