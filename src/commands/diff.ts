import type { Command } from 'commander';

import { readRunByReference } from '../ledger/runs.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { renderDiff } from '../report/diff-text.ts';
import { diffRuns } from '../report/diff.ts';
import { json } from '../report/json.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { withLedger, withOutput, type LedgerOptions, type OutputOptions } from './options.ts';
import { rowsOf } from './print-run.ts';
import type { Terminal } from './terminal.ts';

type DiffOptions = LedgerOptions & OutputOptions;

export function addDiff(program: Command, act: Act): void {
  const command = program
    .command('diff')
    .summary('show what is otherwise in a later run')
    .description(
      'Compares two runs of the ledger: accounts that came, went or ended otherwise; keys newly due, due in both, and gone; users. Ends with 0, whether or not they differ.',
    )
    .argument('<before>', 'the earlier run: an id, the beginning of one, or last')
    .argument('[after]', 'the later one', 'last');
  withOutput(withLedger(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep diff 20261120                 since the run of that day
  keysweep diff 20261120 20261127 --json`,
    )
    .action(act(diff));
}

/** @throws RunReferenceError, UnreadableLedgerError */
async function diff(
  before: string,
  after: string,
  options: DiffOptions,
  { print, style, say }: Terminal,
): Promise<ExitCode> {
  return useLedger<ExitCode>(options, async (store) => {
    const [then, now] = [await readRunByReference(store, before), await readRunByReference(store, after)];
    for (const warning of caveats(then, now)) say(warning);
    const difference = diffRuns(then, now);
    print(
      options.json === true
        ? json<'diff'>(difference)
        : renderDiff(difference, { style, rows: rowsOf(options) }),
    );
    return 0;
  });
}

/** What makes a comparison say less than it seems to. */
function caveats({ started: then }: StoredRun, { started: now }: StoredRun): string[] {
  return [
    ...(then.at > now.at ? [`${then.runId} is the later of the two: then and now are exchanged.`] : []),
    ...(then.organizationId !== now.organizationId ? ['The runs are of two organizations.'] : []),
    ...[then, now].flatMap(({ filters, mode, runId }) =>
      filters || mode === 'undo' ? [`${runId} looked at a part of the organization only.`] : [],
    ),
  ];
}
