import { seesAllAccounts } from '../ledger/record.ts';
import { readRun, readRunByReference, runOfSameKindBefore } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { renderDiff } from '../report/diff-text.ts';
import { diffRuns } from '../report/diff.ts';
import { json } from '../report/json.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import type { Options } from './options.ts';
import { rowsOf } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './errors.ts';

/** @throws RunReferenceError, UnreadableLedgerError, UsageError */
export async function diff(
  before: string | undefined,
  after: string | undefined,
  options: Options,
  { print, style, say }: Terminal,
): Promise<ExitCode> {
  return useLedger<ExitCode>(options, async ({ store }) => {
    const later = await readRunByReference(store, after ?? before ?? 'last');
    const earlier =
      after !== undefined && before !== undefined
        ? await readRunByReference(store, before)
        : await readRun(store, await runOfSameKindBefore(store, later));
    if (earlier.started.runId === later.started.runId)
      throw new UsageError(`Both are run ${later.started.runId}. Name two runs.`);
    if ((earlier.started.mode === 'inventory') !== (later.started.mode === 'inventory'))
      throw new UsageError('keysweep compares an inventory only with another inventory. Name two of them.');
    for (const warning of caveats(earlier, later)) say(warning);
    const changes = diffRuns(earlier, later);
    print(
      options.json === true
        ? json<'diff'>(changes)
        : renderDiff(changes, { style, rows: rowsOf(options, style) }),
    );
    return 0;
  });
}

function caveats({ started: before }: StoredRun, { started: after }: StoredRun): string[] {
  return [
    ...(before.at > after.at ? [`${before.runId} is the later run: before and after are swapped.`] : []),
    ...(before.organizationId !== after.organizationId ? ['The runs are from different organizations.'] : []),
    ...[before, after].flatMap(({ filters, mode, runId }) =>
      filters || !seesAllAccounts(mode) ? [`${runId} covers only part of the organization.`] : [],
    ),
  ];
}
