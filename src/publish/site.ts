import * as z from 'zod';
import pLimit from 'p-limit';

import { messageOf } from '../config/errors.ts';
import { VERSION } from '../config/version.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { parseStored } from '../ledger/parse-stored.ts';
import { decides, type RunSummary } from '../ledger/record.ts';
import { agesKey, pageKey, SITE_KEY } from '../ledger/run-keys.ts';
import { CONCURRENT_READS, listRunIds, readRun, readSummaries, unlessUnreadable } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import type { AgeGroup } from '../report/html/ages.ts';
import type { SiteRun } from '../report/html/site.ts';
import { after, sha256Base64, sweepsUpTo } from './report-page.ts';

const ages = z.array(z.object({ age: z.string(), before: z.number(), after: z.number() }));

/**
 * The page of every run, newest first, then the index of all, by their keys.
 * @throws the store's error
 */
export async function* siteFiles(store: ObjectStore): AsyncGenerator<readonly [key: string, text: string]> {
  const [{ renderPage }, { renderSite }, { agesOf }] = await Promise.all([
    import('../report/html/page.ts'),
    import('../report/html/site.ts'),
    import('../report/html/ages.ts'),
  ]);
  const ids = await listRunIds(store);
  const summaries = await readSummaries(store, ids);
  const runs: SiteRun[] = [];
  let latest: StoredRun | undefined;
  for (const runId of ids) {
    const run = await readRun(store, runId).catch(unlessUnreadable);
    runs.push({ runId, summary: run?.summary, ages: run && agesOf(run) });
    if (!run) continue;
    if (isWhole(run.summary)) latest ??= run;
    const history = sweepsUpTo(runId, summaries);
    yield [pageKey(runId), renderPage({ run, history, sha256: sha256Base64 })];
  }
  yield [SITE_KEY, renderSite({ runs, latest, madeBy: VERSION, sha256: sha256Base64 })];
}

/**
 * Stores the index of all runs, after a run whose page is stored: of the others it reads what is short. Never
 * rejects.
 * @param milliseconds how long to wait at most
 * @returns why it was not stored; undefined: it was, or the run has not ended
 */
export async function storeSite(
  store: ObjectStore,
  runId: string,
  milliseconds: number,
): Promise<string | undefined> {
  const storing = readRun(store, runId).then((run) => run.summary && putSite(store, run));
  const fix = 'Run keysweep report --site DIR.';
  const problem = storing.catch(
    (error: unknown) => `${SITE_KEY} was not stored: ${messageOf(error)}. ${fix}`,
  );
  return Promise.race([problem, after(milliseconds, `${SITE_KEY} was not stored: out of time. ${fix}`)]);
}

async function putSite(store: ObjectStore, run: StoredRun): Promise<undefined> {
  const { renderSite } = await import('../report/html/site.ts');
  const { agesOf } = await import('../report/html/ages.ts');
  await store.put(agesKey(run.started.runId), JSON.stringify(agesOf(run)));
  const ids = await listRunIds(store);
  const summaries = await readSummaries(store, ids);
  const groups = await pLimit(CONCURRENT_READS).map(ids, (id) => readAges(store, id));
  const runs = ids.map((runId, index) => ({ runId, summary: summaries[index], ages: groups[index] }));
  const whole = ids.find((_, index) => isWhole(summaries[index]));
  const last = whole === undefined || isWhole(run.summary) ? undefined : await readRun(store, whole);
  const latest = isWhole(run.summary) ? run : last;
  await store.put(SITE_KEY, renderSite({ runs, latest, madeBy: VERSION, sha256: sha256Base64 }));
}

/** Stored by {@link storeSite} after a run. */
async function readAges(store: ObjectStore, runId: string): Promise<readonly AgeGroup[] | undefined> {
  const key = agesKey(runId);
  const body = await store.get(key);
  return body === undefined ? undefined : parseStored(ages, body, key);
}

function isWhole(summary: RunSummary | undefined): boolean {
  return summary !== undefined && decides(summary.mode) && !summary.filtered && summary.accountsListed > 0;
}
