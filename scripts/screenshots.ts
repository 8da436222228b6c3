import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser, BrowserContextOptions } from 'playwright-core';

import { openClients } from '../src/aws/clients.ts';
import { parseConfig } from '../src/config/load.ts';
import { randomDigits } from '../src/ledger/run-id.ts';
import { readRun } from '../src/ledger/runs.ts';
import { renderReportPage } from '../src/publish/report-page.ts';
import { generateOrganization, type GenerateOptions } from '../sandbox/generator/generate.ts';
import type { SandboxOrganization } from '../sandbox/organization/organization.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { deadlineOn } from '../src/sweep/deadline.ts';
import { runSweep } from '../src/sweep/run.ts';
import { openChromium } from '../test/browser/chromium.ts';
import { largeRun } from '../test/browser/large-run.ts';
import { pageOfRun, siteOfYear } from '../test/browser/pages.ts';
import { memoryStore } from '../test/support/memory-store.ts';

/*
 * Creates the screenshots of reports in docs/images: weekly sweeps of generated organizations on the
 * sandbox, a run of ten thousand accounts, and a year of runs. Needs Chromium.
 *
 * npm run screenshots
 */

const IMAGES = join(import.meta.dirname, '..', 'docs', 'images');
const WEEK = 7 * 24 * 60 * 60 * 1000;
const LAST_FRIDAY = new Date('2026-11-27T22:55:00Z');
const never = new AbortController().signal;

/** Sweeps an organization every Friday while its people create keys. @returns the page of the last sweep */
async function pageOfWeeks(
  weeks: number,
  options: Pick<GenerateOptions, 'accounts' | 'troubles'>,
): Promise<string> {
  const now = new Date(LAST_FRIDAY.getTime() - (weeks - 1) * WEEK);
  const { organization, config: input } = generateOrganization({ ...options, now });
  // The first sweep revokes the keys of years, which limits.maxShareOfKeys would stop.
  const limits = { ...input.limits, maxShareOfKeys: 1 };
  const config = parseConfig(JSON.stringify({ ...input, limits }), 'accounts.json');
  const sandbox = await startSandbox({ organization });
  const { url: endpoint, region, credentials, clock } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 64 });
  const store = memoryStore();
  const dependencies = {
    config,
    clients,
    store,
    deadline: deadlineOn(never, never),
    progress: () => undefined,
    now: () => clock.now(),
    random: randomDigits,
    host: 'screenshots',
  };
  try {
    let runId = '';
    for (let week = 0; week < weeks; week += 1) {
      clock.set(new Date(now.getTime() + week * WEEK));
      ({ runId } = await runSweep({ mode: 'sweep', filters: {} }, dependencies));
      createKeys(organization, clock.now());
    }
    return await renderReportPage(store, await readRun(store, runId));
  } finally {
    clients.close();
    await sandbox.close();
  }
}

/** In every third account, a user with at most one key creates another, 25 days old. */
function createKeys(organization: SandboxOrganization, now: Date): void {
  for (const [index, account] of organization.accounts.list().entries()) {
    if ((index + now.getUTCDate()) % 3 !== 0) continue;
    const keys = organization.keysOf(account.id);
    const [user] = [...account.users.list()].filter(
      (each) => keys.filter((key) => key.user === each).length < 2,
    );
    if (user) organization.addKey(account, user, { createdDaysAgo: 25 });
  }
}

interface Picture {
  readonly name: string;
  readonly page: string;
  readonly options: BrowserContextOptions;
}

async function takeScreenshot(browser: Browser, { name, page: html, options }: Picture): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.setContent(html);
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  await context.close();
}

const browser = await openChromium();
if (!browser) process.exit(1);
const [healthy, failed, tenThousand, year] = [
  await pageOfWeeks(6, { accounts: 90 }),
  await pageOfWeeks(3, { accounts: 60, troubles: 'some' }),
  pageOfRun(await largeRun(10_000)),
  siteOfYear(await largeRun(1_000)),
];
const desktop = { viewport: { width: 1100, height: 1150 } };
const pictures: Picture[] = [
  { name: 'report-healthy', page: healthy, options: desktop },
  { name: 'report-failed', page: failed, options: { viewport: { width: 1100, height: 1700 } } },
  { name: 'report-ten-thousand', page: tenThousand, options: { viewport: { width: 1100, height: 1500 } } },
  { name: 'report-phone', page: failed, options: { viewport: { width: 360, height: 1500 }, isMobile: true } },
  { name: 'site', page: year, options: { viewport: { width: 1100, height: 1500 } } },
  { name: 'site-dark', page: year, options: { ...desktop, colorScheme: 'dark' } },
  { name: 'site-phone', page: year, options: { viewport: { width: 360, height: 1500 }, isMobile: true } },
  { name: 'report-dark', page: healthy, options: { ...desktop, colorScheme: 'dark' } },
];
await mkdir(IMAGES, { recursive: true });
for (const picture of pictures) await takeScreenshot(browser, picture);
await browser.close();
