import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { openChromium } from './chromium.ts';
import { largeRun } from './large-run.ts';
import { pageOfEverything, pageOfRun } from './pages.ts';
import { inventoryRun } from '../support/inventory-run.ts';
import { violations } from './violations.ts';

const EVIL = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>&amp;"'`;
const PHONE = { width: 360, height: 740 };

const browser = await openChromium();
const folder = await mkdtemp(join(tmpdir(), 'keysweep-pages-'));
const urls = { everything: '', healthy: '', tenThousand: '', inventory: '' };

async function stored(name: string, page: string): Promise<string> {
  const file = join(folder, `${name}.html`);
  await writeFile(file, page);
  return pathToFileURL(file).href;
}

interface Opened {
  readonly page: Page;
  /** Console messages, errors and requests of the page. */
  readonly noise: string[];
  readonly milliseconds: number;
}

async function opened(url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser!.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const noise: string[] = [];
  page.on('console', (message) => noise.push(message.text()));
  page.on('pageerror', (error) => noise.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== url) noise.push(request.url());
  });
  const from = performance.now();
  await page.goto(url);
  return { page, noise, milliseconds: performance.now() - from };
}

const widthOver = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

describe.skipIf(browser === undefined)('the report in a browser', () => {
  beforeAll(async () => {
    urls.everything = await stored('everything', await pageOfEverything(EVIL));
    urls.healthy = await stored('healthy', pageOfRun(await largeRun(3)));
    urls.inventory = await stored('inventory', pageOfRun(await inventoryRun(EVIL)));
    urls.tenThousand = await stored('ten-thousand', pageOfRun(await largeRun(10_000)));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['light', 'everything'],
    ['dark', 'everything'],
    ['light', 'healthy'],
    ['dark', 'healthy'],
    ['light', 'inventory'],
    ['dark', 'inventory'],
  ] as const)('passes axe in %s mode: %s', async (colorScheme, name) => {
    const { page } = await opened(urls[name], { colorScheme });
    await page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = true`);
    expect(await violations(page)).toEqual([]);
  });

  it('shows an inventory on a phone, with markup in names as text', async () => {
    const { page, noise } = await opened(urls.inventory, { viewport: PHONE, isMobile: true });
    expect(noise).toEqual([]);
    expect(await widthOver(page)).toBe(0);
    expect(await page.getByRole('heading', { name: 'Which keys are there?' }).count()).toBe(1);
    expect(await page.locator('td', { hasText: EVIL }).count()).toBeGreaterThan(0);
    expect(await page.locator('img').count()).toBe(0);
  });

  it('logs nothing, loads nothing, and shows markup in names as text', async () => {
    const { page, noise } = await opened(urls.everything);
    expect(noise).toEqual([]);
    expect(await page.title()).toMatch(/^keysweep sweep /);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('td', { hasText: EVIL }).count()).toBeGreaterThan(5);
  });

  it('runs no script but its own', async () => {
    const { page, noise } = await opened(urls.everything);
    await page.evaluate(
      `{
        const script = document.createElement('script');
        document.body.append(script);
        try { script.text = 'document.title = "owned"'; } catch {}
      }`,
    );
    await page.evaluate(
      `document.body.append(
        Object.assign(document.createElement('img'), { src: 'https://example.com/x.png' }),
      )`,
    );
    expect(await page.title()).not.toBe('owned');
    expect(noise.join('\n')).toMatch(/Content Security Policy/);
  });

  it.each([
    ['a phone', PHONE],
    ['a small phone', { width: 320, height: 568 }],
  ])('needs no horizontal scrolling on %s', async (_, viewport) => {
    for (const url of [urls.everything, urls.tenThousand]) {
      const { page } = await opened(url, { viewport });
      expect(await widthOver(page)).toBe(0);
    }
  });

  it('filters all tables by a text, opens those with a hit, and hides the others', async () => {
    const { page, noise } = await opened(urls.tenThousand);
    const box = page.getByLabel('Filter the tables');
    const closed = page.locator('details', { hasText: 'Accounts: opted-out' });
    await box.fill('PAYMENTS-1 ');
    expect(await page.locator('output').textContent()).toMatch(/^[1-9]\d* rows?$/);
    const shown = await page.locator('tbody tr:visible').allTextContents();
    expect(shown.length).toBeGreaterThan(0);
    for (const row of shown) expect(row).toMatch(/payments-1/i);
    await box.fill('freeze');
    expect(await closed.locator('table').isVisible()).toBe(true);
    await box.fill('no such text');
    expect(await page.locator('tbody tr:visible').count()).toBe(0);
    expect(await page.locator('details.figures').first().isVisible()).toBe(true);
    await box.fill('');
    expect(await closed.locator('table').isVisible()).toBe(false);
    expect(await page.locator('output').textContent()).toBe('');
    expect(noise).toEqual([]);
  });

  it('sorts a table by a click or a key press on its head, numbers as numbers', async () => {
    const { page } = await opened(urls.tenThousand);
    const keys = page.locator('details', { hasText: /^\s*Keys/ }).first();
    await keys.locator('summary').click();
    const ages = async (): Promise<number[]> =>
      (await keys.locator('tbody td:nth-child(6)').allTextContents()).map((text) =>
        Number.parseInt(text, 10),
      );
    const head = keys.getByRole('button', { name: 'age' });
    await head.click();
    const up = await ages();
    expect(up).toEqual(up.toSorted((a, b) => a - b));
    await head.focus();
    await page.keyboard.press('Enter');
    expect(await ages()).toEqual(up.toSorted((a, b) => b - a));
    expect(await keys.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    expect(new Set(up).size).toBeGreaterThan(20);
  });

  it('can be used with the keyboard', async () => {
    const { page } = await opened(urls.everything);
    const stops = new Set<string>();
    for (let stop = 0; stop < 60; stop += 1) {
      await page.keyboard.press('Tab');
      stops.add(
        await page.evaluate(`document.activeElement.localName + '.' + document.activeElement.className`),
      );
    }
    expect([...stops]).toEqual(expect.arrayContaining(['a.skip', 'a.', 'summary.', 'div.scroll', 'button.']));
  });

  it('reads the same without script', async () => {
    const { page } = await opened(urls.everything, { javaScriptEnabled: false });
    const { page: scripted } = await opened(urls.everything);
    const text = async (own: Page): Promise<string> =>
      (await own.locator('body').innerText()).replaceAll(/\s+/g, ' ');
    expect(await text(page)).toBe((await text(scripted)).replace('Filter the tables ', ''));
    const closed = page.locator('details', { hasText: 'Accounts: opted-out' });
    expect(await closed.locator('table').isVisible()).toBe(false);
    await closed.locator('summary').click();
    expect(await closed.locator('table').isVisible()).toBe(true);
  });

  it.each([true, false])(
    'prints every table completely, closed ones too (script: %s)',
    async (javaScriptEnabled) => {
      const { page } = await opened(urls.everything, {
        javaScriptEnabled,
        viewport: { width: 700, height: 990 },
      });
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      await page.emulateMedia({ media: 'print' });
      const tables = await page.locator('.scroll table').all();
      expect(tables.length).toBeGreaterThan(10);
      for (const table of tables) {
        const box = await table.boundingBox();
        expect(box?.width).toBeGreaterThan(0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(700);
      }
    },
  );

  it('opens ten thousand accounts with few elements and a cell for each', async () => {
    const { page, noise, milliseconds } = await opened(urls.tenThousand);
    expect(noise).toEqual([]);
    const elements = await page.evaluate<number>('document.querySelectorAll("*").length');
    const bytes = (await readFile(new URL(urls.tenThousand))).length;
    const cells = await page.evaluate<string>(
      `[...document.querySelectorAll('.unit .box')].map((path) => path.getAttribute('d')).join('')`,
    );
    expect(cells.match(/M/g)).toHaveLength(10_000);
    expect(elements).toBeLessThan(60_000);
    expect(bytes).toBeLessThan(3_000_000);
    process.stdout.write(
      `10,000 accounts: ${Math.round(bytes / 1000)} KB, ${elements} elements, ` +
        `loaded in ${Math.round(milliseconds)} ms\n`,
    );
  });
});
