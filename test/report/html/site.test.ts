import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { agesOf } from '../../../src/report/html/ages.ts';
import { renderSite, type SiteRun } from '../../../src/report/html/site.ts';
import { keyCounts, SETTINGS, summary } from '../../support/records.ts';
import { buildRun, daysAgo, key } from '../../support/build-run.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const ACCOUNTS = { swept: 3, planned: 2, 'opted-out': 1, denied: 4 };

/** A sweep so many days ago. */
function sweep(days: number, overrides: Partial<SiteRun> = {}): SiteRun {
  const startedAt = daysAgo(days).toISOString();
  const runId = `${startedAt.slice(0, 10).replaceAll('-', '')}T225500Z-000001`;
  const keys = keyCounts({ seen: 9, kept: 2, due: 7, deactivated: 4, deleted: 1 });
  const facts = { runId, startedAt, keys, accountsListed: 10, accounts: ACCOUNTS };
  return { runId, summary: summary({ ...facts, escaped: 3 }), ...overrides };
}

const textOf = (page: string): string =>
  page
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const site = (runs: readonly SiteRun[], latest?: Awaited<ReturnType<typeof buildRun>>): string =>
  renderSite({ runs, latest, madeBy: '0.1.0', sha256 });

describe('the index of all runs', () => {
  it('has keys, ages and coverage of each sweep of the last year, oldest first', async () => {
    const run = await buildRun({
      accounts: [
        {
          id: '1',
          plan: {
            decisions: [5, 20, 40, 100, 400, 900].map((age) =>
              key(`AKIA${age}`, { createDate: daysAgo(age), action: 'keep', reason: 'on-hold' }),
            ),
          },
        },
      ],
    });
    const ages = agesOf(run);
    const text = textOf(site([sweep(0, { ages }), sweep(7, { ages }), sweep(360), sweep(370)]));
    expect(text).toContain('3 sweeps of the whole organization within a year, 3 ok');
    expect(text).toMatch(
      /Keys over the last 3 sweeps .* 2 Dec 2025 \S+ 2 2 4 1 ok 20 Nov 2026 \S+ 2 2 4 1 ok/,
    );
    expect(text).toMatch(
      /Active keys after each sweep .* 20 Nov 2026 \S+ 2 1 1 2 ok 27 Nov 2026 \S+ 2 1 1 2 ok/,
    );
    expect(text).toMatch(/Coverage : accounts .* 27 Nov 2026 \S+ 3 2 1 4 ok/);
  });

  it('lists every run with its verdict, and links those that ended', () => {
    const undo = sweep(1);
    const facts = { mode: 'undo', filtered: true, keys: keyCounts({ reactivated: 5 }) } as const;
    const page = site([
      { runId: '20261128T000000Z-000002', summary: undefined },
      { ...undo, summary: summary({ ...undo.summary, ...facts, escaped: undefined as never }) },
      sweep(2),
    ]);
    expect(page.match(/href="runs\/[^"]*\/report\.html"/g)).toHaveLength(2);
    const text = textOf(page);
    expect(text).toMatch(/20261128T000000Z-000002 interrupted, or not ended/);
    expect(text).toMatch(/part undo ok 10 4 0 0 0 5 0/);
    expect(text).toMatch(/ sweep ok 10 4 7 4 1 0 3/);
    expect(text).not.toContain('Keys over the last');
  });

  it('has escapes, opt-outs and exemptions that end, and coverage, of the last whole run', async () => {
    const optOut = { owner: 'ada', reason: 'freeze', until: '2026-12-24' };
    const latest = await buildRun({
      started: { settings: SETTINGS },
      accounts: [
        {
          id: '1',
          plan: { escaped: [{ accessKeyId: 'AKIA1', userName: 'eve', how: 'exempt.userTag' }] },
        },
        { id: '2', end: { outcome: 'opted-out', optOut } },
      ],
    });
    const text = textOf(site([], latest));
    expect(text).toMatch(/Where does it stand\? As of 20261127T225500Z-1a2b3c/);
    expect(text).toMatch(/AKIA1 exempt.userTag/);
    expect(text).toMatch(/Opt-outs that end 1 .* 24 Dec 2026, 27 days later/);
    expect(text).toMatch(/Exemptions that end 1 .* exempt.groups Ops ou-ab12-cdefghij bob 2026-12-31/);
  });
});
