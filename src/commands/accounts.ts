import type { Command } from 'commander';

import { identifyCaller } from '../access/caller.ts';
import { loadConfig } from '../config/load.ts';
import { describeOrganization } from '../organization/describe.ts';
import { accountLines, renderAccounts } from '../report/accounts.ts';
import { surveyOrganization, type Survey } from '../sweep/survey.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { stopOnSignals } from './interruption.ts';
import {
  withConfig,
  withConnection,
  withFilters,
  type ConfigOptions,
  type ConnectionOptions,
  type FilterOptions,
} from './options.ts';
import type { Terminal } from './terminal.ts';

type AccountsOptions = ConfigOptions & ConnectionOptions & FilterOptions & { readonly json?: boolean };

export function addAccounts(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const command = program
    .command('accounts')
    .summary('show every account: target, or why not')
    .description(
      'Lists every account of the organization: a target, armed or not, or the reason why it is none.',
    )
    .option('--json', 'print the result as JSON');
  withFilters(withConnection(withConfig(command))).action(async (options: AccountsOptions) => {
    end(await accounts(options, terminal));
  });
}

/** @returns 1 when there is an account of which it cannot be told whether it is a target */
export async function accounts(options: AccountsOptions, { print, say, style }: Terminal): Promise<ExitCode> {
  const survey = await surveyAlone(options, say);
  const lines = accountLines(survey);
  print(
    options.json === true
      ? JSON.stringify({ accounts: lines, notices: survey.notices }, undefined, 2)
      : renderAccounts(lines, survey.notices, style),
  );
  return survey.undecided.length === 0 ? 0 : 1;
}

async function surveyAlone(options: AccountsOptions, say: Terminal['say']): Promise<Survey> {
  const config = await loadConfig(options.config);
  const clients = connect(options, config);
  const { deadline, release } = stopOnSignals({ say });
  try {
    const caller = await identifyCaller(clients.sts, deadline.reading);
    const organization = await describeOrganization(clients.organizations, deadline.reading);
    const context = { config, clients, caller, organization, startedAt: new Date(), deadline };
    return await surveyOrganization(context, { accounts: options.account, organizationalUnits: options.ou });
  } finally {
    release();
    clients.close();
  }
}
