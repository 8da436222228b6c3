import type { StoredRun } from '../ledger/stored-run.ts';
import { printableJson } from '../report/printable.ts';

/** A stored run as `--json` prints it: one document, every account with its plan, its writes and its end. */
export function runJson({ started, accounts, limits, summary, notices }: StoredRun): string {
  const document = {
    started,
    summary: summary ?? null,
    limitsExceeded: limits?.exceeded ?? [],
    notices,
    accounts: [...accounts.values()].map(({ account, plan, writes, finished }) => ({
      ...account,
      outcome: finished?.outcome ?? null,
      reason: finished?.reason ?? '',
      keys: finished?.keys ?? null,
      armed: plan?.armed ?? null,
      users: plan?.users ?? null,
      missingGroups: plan?.missingGroups ?? [],
      decisions: plan?.decisions ?? [],
      unreadUsers: plan?.unreadUsers ?? [],
      writes: [...writes.values()],
    })),
  };
  return printableJson(document);
}
