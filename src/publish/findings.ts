import { partitionOf, partitionOfRegion } from '../aws/partition.ts';
import type { Deployment } from '../config/deployment-schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readStart } from '../ledger/read-run.ts';
import { listRunIds, readRun, unlessUnreadable } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import type { SecurityHub } from '../report/asff.ts';
import { unitNames } from '../report/accounts-by-unit.ts';
import { findingsIn, findingsOf, isReadCompletely, type Finding } from '../report/findings.ts';

/** Most runs that are read for accounts that the run before could not read. */
const MAX_RUNS_READ = 5;

/**
 * The findings of a run, compared with those of the last runs of its mode that read each account.
 * @throws the store's error
 */
export async function findingsOfRun(store: ObjectStore, run: StoredRun): Promise<Finding[]> {
  const earlier: Finding[] = [];
  const read = new Set<string>();
  let unread = [...run.accounts.values()].filter(({ plan }) => plan).map(({ account }) => account.id);
  for await (const before of runsBefore(store, run)) {
    const units = unitNames(before);
    for (const stored of before.accounts.values()) {
      if (read.has(stored.account.id)) continue;
      earlier.push(...findingsIn(stored, before, units));
      if (isReadCompletely(stored)) read.add(stored.account.id);
    }
    unread = unread.filter((id) => before.accounts.has(id) && !read.has(id));
    if (unread.length === 0) break;
  }
  return findingsOf(run, earlier, unitNames(run));
}

/**
 * That of the deployment; without one, of the management account, in its Region or in the home of IAM.
 * @returns undefined without a Region
 */
export function securityHubOf(
  deployment: Deployment | undefined,
  { started }: StoredRun,
  region?: string,
): SecurityHub | undefined {
  const partition = partitionOf(started.caller) ?? 'aws';
  const found = deployment?.region ?? region ?? homeRegionOf(partition);
  const accountId = deployment?.account ?? started.managementAccountId;
  return found === undefined ? undefined : { partition, region: found, accountId };
}

/** The SDK knows partitions by Region, and by the pseudo-Region that most of them have. */
function homeRegionOf(partition: string): string | undefined {
  const { name, homeRegion } = partitionOfRegion(`${partition}-global`);
  return name === partition ? homeRegion : undefined;
}

async function* runsBefore(store: ObjectStore, { started }: StoredRun): AsyncGenerator<StoredRun> {
  let runs = 0;
  for (const id of await listRunIds(store)) {
    if (id >= started.runId || runs === MAX_RUNS_READ) continue;
    const start = await readStart(store, id).catch(unlessUnreadable);
    if (start?.mode !== started.mode || start.organizationId !== started.organizationId) continue;
    runs += 1;
    const run = await readRun(store, id).catch(unlessUnreadable);
    if (run) yield run;
  }
}
