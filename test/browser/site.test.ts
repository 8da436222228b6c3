import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { openRunLog } from '../../src/ledger/run-log.ts';
import { siteFiles } from '../../src/publish/site.ts';
import { buildRecords, daysAgo } from '../support/build-run.ts';
import { memoryStore } from '../support/memory-store.ts';
import { SETTINGS, summary } from '../support/records.ts';
import { openChromium } from './chromium.ts';
import { largeSetup } from './large-run.ts';
import { violations } from './violations.ts';

const RUNS = 200;
const ACCOUNTS = 1000;

const browser = await openChromium();
const folder = await mkdtemp(join(tmpdir(), 'keysweep-site-'));
const url = pathToFileURL(join(folder, 'index.html')).href;

/** Two runs a week: a plan, and a sweep. */
async function writeSite(): Promise<void> {
  const store = memoryStore();
  const setup = largeSetup(ACCOUNTS);
  for (let index = 0; index < RUNS; index += 1) {
    const at = daysAgo(3.5 * index).toISOString();
    const runId = `${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z-000001`;
    const mode = index % 2 === 0 ? 'sweep' : 'plan';
    const started = { runId, at, mode, settings: SETTINGS } as const;
    await openRunLog(store, runId).append(
      buildRecords({ ...setup, started, summary: { ...setup.summary, runId, startedAt: at } }),
    );
    await store.put(`runs/${runId}/summary.json`, JSON.stringify(summary({ runId, mode, startedAt: at })));
  }
  for await (const [key, text] of siteFiles(store)) {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

describe.skipIf(browser === undefined)('the site of 200 runs of 1,000 accounts', () => {
  beforeAll(async () => {
    const from = performance.now();
    await writeSite();
    process.stdout.write(`${RUNS} runs written in ${Math.round(performance.now() - from)} ms\n`);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  async function opened(options: object = {}) {
    const context = await browser!.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(pathToFileURL(folder).href)) noise.push(request.url());
    });
    const from = performance.now();
    await page.goto(url);
    return { page, noise, milliseconds: performance.now() - from };
  }

  it('opens in under a second, from a file, and leads to every run', async () => {
    await opened();
    const { page, noise, milliseconds } = await opened();
    expect(milliseconds).toBeLessThan(1000);
    process.stdout.write(`index of ${RUNS} runs: opened in ${Math.round(milliseconds)} ms\n`);
    expect(await page.locator('table a').count()).toBe(RUNS);
    const charts = page.locator('section[aria-labelledby=year] figure');
    expect(await charts.count()).toBe(3);
    expect(await charts.first().locator('tbody tr').count()).toBe(53);
    await page.locator('summary', { hasText: 'Runs' }).click();
    const link = page.locator('table a').last();
    const runId = await link.textContent();
    await link.click();
    expect(await page.title()).toContain(runId);
    expect(noise).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('passes axe in %s mode', async (colorScheme) => {
    const { page } = await opened({ colorScheme });
    await page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = true`);
    expect(await violations(page)).toEqual([]);
  });

  it('needs no horizontal scrolling on a phone', async () => {
    const { page } = await opened({ viewport: { width: 360, height: 740 } });
    const over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(over)).toBe(0);
  });
});
