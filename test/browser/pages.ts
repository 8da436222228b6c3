import { createHash } from 'node:crypto';

import type { RunSummary } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { renderPage } from '../../src/report/html/page.ts';
import { renderSite, type SiteRun } from '../../src/report/html/site.ts';
import { agesOf } from '../../src/report/html/ages.ts';
import { keyCounts, SETTINGS, summary } from '../support/records.ts';
import { daysAgo, key, buildRun } from '../support/build-run.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Eight weekly sweeps; one was not ok. */
export const PAST: readonly RunSummary[] = Array.from({ length: 8 }, (_, week) => {
  const startedAt = daysAgo((7 - week) * 7).toISOString();
  const deleted = week === 0 ? 0 : 30 - week * 2;
  const keys = keyCounts({ kept: 40 - week, deactivated: 32 - week * 3, deleted, due: 68 - week * 6 });
  return summary({
    runId: `${startedAt.slice(0, 10).replaceAll('-', '')}T225500Z-000001`,
    startedAt,
    keys,
    verdict: week === 3 ? 'incomplete' : 'ok',
  });
});

export function pageOfRun(run: StoredRun, history: readonly RunSummary[] = PAST): string {
  return renderPage({ run, history, sha256 });
}

/** Every outcome and section, with a hostile name. */
export async function pageOfEverything(name: string): Promise<string> {
  const failure = {
    kind: 'denied',
    call: 'iam:UpdateAccessKey',
    code: 'AccessDenied',
    message: name,
  } as const;
  const rules = { maxKeyAgeDays: 30, mode: 'deactivate-then-delete', deleteAfterDays: 7 } as const;
  const ids = Array.from({ length: 12 }, (_, index) => String(100_000_000_001 + index));
  const [first = '', second = '', third = '', ...others] = ids;
  const ends = [
    'planned',
    'out-of-scope',
    'not-active',
    'cannot-assume',
    'denied',
    'throttled',
    'not-reached',
    'failed',
  ] as const;
  const run = await buildRun({
    started: { filters: { organizationalUnits: ['ou-ab12-cdefghij'] }, settings: SETTINGS },
    groups: { [first]: name },
    units: [
      { id: 'r-1', name: 'Root', accounts: [first] },
      { id: 'ou-1', name, parent: 'r-1', accounts: ids.slice(1) },
    ],
    accounts: [
      {
        id: first,
        name,
        plan: {
          rules,
          missingGroups: ['Administrators'],
          unreadUsers: [{ userName: name, failure }],
          decisions: [
            key('AKIADEACTIVATED00001', { userName: name }),
            key('AKIAFAILED0000000002'),
            key('AKIAHELD000000000003', { action: 'keep', reason: 'on-hold' }),
          ],
          remembered: [{ accessKeyId: 'AKIAHELD000000000003', holdUntil: daysAgo(-12) }],
        },
        results: [
          { accessKeyId: 'AKIADEACTIVATED00001', outcome: 'deactivated' },
          { accessKeyId: 'AKIAFAILED0000000002', outcome: 'failed', failure },
        ],
      },
      {
        id: second,
        name,
        end: {
          outcome: 'opted-out',
          reason: name,
          optOut: { owner: name, reason: name, until: '2026-12-01' },
        },
      },
      {
        id: third,
        name: 'not-armed',
        plan: { armed: false, decisions: [key('AKIANOTARMED00000004')] },
        end: { outcome: 'planned' },
      },
      ...others.slice(0, ends.length).map((id, index) => ({
        id,
        name: `account-${index}`,
        end: { outcome: ends[index] ?? 'failed', reason: name },
      })),
      { id: others.at(-1) ?? '', name: 'broken-off', end: null },
    ],
    summary: { verdict: 'incomplete', problems: [name], warnings: [name] },
  });
  return pageOfRun(run);
}

/** The index of a year of weekly sweeps, over which keys become fewer. */
export function siteOfYear(latest: StoredRun): string {
  const groups = agesOf(latest);
  const runs = Array.from({ length: 53 }, (_, weeksAgo): SiteRun => {
    const share = Math.exp((weeksAgo - 52) / 20);
    const many = (count: number): number => Math.round(count * share * (1 + ((weeksAgo * 7) % 5) / 25));
    const startedAt = daysAgo(weeksAgo * 7).toISOString();
    const runId = `${startedAt.slice(0, 10).replaceAll('-', '')}T225500Z-000001`;
    const [deactivated, deleted, denied] = [many(420), many(380), weeksAgo % 9 === 4 ? 9 : 0];
    const keys = keyCounts({
      kept: 90 + many(200),
      due: deactivated + deleted + many(60),
      deactivated,
      deleted,
    });
    const accounts = { swept: 700 - denied, 'nothing-due': 200, planned: many(60), 'opted-out': 18, denied };
    const verdict = denied > 0 ? 'incomplete' : 'ok';
    const accountsListed = 918 + many(60);
    const ages = groups.map((own, index) => ({
      ...own,
      after: many(40 * (index + 1)) + (index < 3 ? 25 : 0),
    }));
    return { runId, ages, summary: summary({ runId, startedAt, keys, verdict, accounts, accountsListed }) };
  });
  return renderSite({ runs, latest, madeBy: latest.started.keysweepVersion, sha256 });
}
