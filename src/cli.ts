#!/usr/bin/env node
import { Command } from 'commander';

import { addAccounts } from './commands/accounts.ts';
import { addApply } from './commands/apply.ts';
import { endOfError, type ExitCode } from './commands/exit-code.ts';
import { addDemo } from './commands/demo.ts';
import { addHolds } from './commands/holds.ts';
import { addPlan } from './commands/plan.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addShow } from './commands/show.ts';
import { addSweep } from './commands/sweep.ts';
import { openTerminal } from './commands/terminal.ts';
import { addUndo } from './commands/undo.ts';
import { VERSION } from './version.ts';

// Which Node the SDK will need one day is for us, who pin it, and not for whoever sweeps.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const terminal = openTerminal();

const end = (code: ExitCode): void => {
  process.exitCode = code;
};

const program = new Command('keysweep')
  .description(
    'Revokes the static IAM access keys of an AWS organization, in every account, and keeps a ledger of it.',
  )
  .version(VERSION)
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .showHelpAfterError('(--help shows what can be asked for)');

for (const add of [addPlan, addSweep, addApply, addAccounts, addShow, addUndo, addHolds, addDemo, addSandbox])
  add(program, terminal, end);

program.addHelpText(
  'afterAll',
  `
Exit codes: 0 ok, 1 incomplete or failed, 2 bad usage or configuration, 3 stopped by a limit.`,
);

try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, message } = endOfError(error);
  if (message !== '') terminal.say(message);
  end(exitCode);
}
