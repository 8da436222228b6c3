import type { Command } from 'commander';

import type { Clients } from '../aws/clients.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import type { PlanFile } from '../ledger/plan-file.ts';
import { newRunId } from '../ledger/run-id.ts';
import { runSweep, type SweepRequest } from '../sweep/run.ts';
import { confirmRevocation } from './confirm.ts';
import { openStore } from '../ledger/open-store.ts';
import { interruptedNotice } from './interrupted-notice.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './signals.ts';
import { keepPage, storeReportPageOfFailed } from './store-report.ts';
import {
  withConfig,
  withConnection,
  withFilters,
  withLedger,
  withOutput,
  type ConfigOptions,
  type ConnectionOptions,
  type FilterOptions,
  type LedgerOptions,
  type OutputOptions,
} from './options.ts';
import { printRun, type RunEnded } from './print-run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { UsageError } from './usage-error.ts';

export type RunOptions = ConfigOptions & LedgerOptions & ConnectionOptions & FilterOptions & OutputOptions;

export type SweepOptions = RunOptions & { readonly apply?: boolean; readonly yes?: boolean };

export function addSweep(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('sweep')
    .summary('plan, and with --apply revoke in the armed accounts')
    .description('Plans the whole organization and, with --apply, revokes what is due in the armed accounts.')
    .option('--apply', 'revoke; without it, sweep is the same as plan')
    .option('-y, --yes', 'do not ask before revoking');
  withOutput(withFilters(withConnection(withLedger(withConfig(command)))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep sweep                                   what would happen
  keysweep sweep --apply                           show it, ask, do it
  keysweep sweep --apply --account 111122223333    in one account only
  keysweep sweep --apply --yes --json > run.json   from a job`,
    )
    .action(async (options: SweepOptions) => {
      end((await sweep(options, terminal)).exitCode);
    });
}

/** @throws UsageError when it would have to ask and nobody is there */
export async function sweep(options: SweepOptions, terminal: Terminal): Promise<RunEnded> {
  if (options.apply === true) checkCanConfirm(options, terminal);
  const request = { mode: options.apply === true ? 'sweep' : 'plan', asks: options.yes !== true } as const;
  return runAndPrint(request, options, terminal);
}

/** @throws UsageError */
export function checkCanConfirm({ yes }: { readonly yes?: boolean }, terminal: Terminal): void {
  if (yes === true || terminal.interactive) return;
  throw new UsageError('keysweep asks before it revokes, and there is no terminal to ask on. Add --yes.');
}

interface RunToMake {
  readonly mode: SweepRequest['mode'];
  /** Whether a sweep is to ask before it writes. */
  readonly asks?: boolean;
  readonly only?: PlanFile;
}

/** Runs a plan or a sweep and prints it from the ledger. */
export async function runAndPrint(
  request: RunToMake,
  options: RunOptions,
  terminal: Terminal,
): Promise<RunEnded> {
  const config = await loadConfig(options.config);
  const clients = connect(options, config);
  const store = openStore(options.ledger, clients.s3);
  const filters = { accounts: options.account, organizationalUnits: options.ou };
  const runId = newRunId(THIS_PROCESS.now(), THIS_PROCESS.random);
  try {
    await run({ ...request, runId, filters }, { config, clients, store }, terminal);
    const ended = await printRun(store, runId, options, terminal);
    await keepPage(store, ended, options, terminal);
    return ended;
  } catch (error) {
    await storeReportPageOfFailed(store, runId, terminal);
    throw error;
  } finally {
    clients.close();
  }
}

interface Opened {
  readonly config: Config;
  readonly clients: Clients;
  readonly store: ObjectStore;
}

async function run(
  {
    mode,
    runId,
    asks,
    only,
    filters,
  }: RunToMake & Pick<SweepRequest, 'filters'> & { readonly runId: string },
  opened: Opened,
  terminal: Terminal,
): Promise<void> {
  const { deadline, release } = stopOnSignals(terminal);
  const approve = asks === true ? confirmRevocation(terminal, deadline.writing) : undefined;
  const { progress, explain } = interruptedNotice(terminal);
  try {
    await runSweep(
      { mode, runId, filters, only, approve },
      { ...opened, ...THIS_PROCESS, deadline, progress },
    );
  } catch (error) {
    explain(runId);
    throw error;
  } finally {
    release();
  }
}
