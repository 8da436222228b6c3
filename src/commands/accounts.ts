import { identifyCaller } from '../aws/caller.ts';
import { loadConfig } from '../config/load.ts';
import { describeOrganization } from '../organization/describe.ts';
import { accountLines, renderAccounts } from '../report/accounts.ts';
import { json } from '../report/json.ts';
import { plural } from '../report/words.ts';
import type { Filters } from '../targets/filters.ts';
import { surveyOrganization, type Survey } from '../sweep/survey/survey-organization.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { readFilters } from './named-filters.ts';
import { stopOnSignals } from './signals.ts';
import { lockAccounts, type LockChange } from './lock-accounts.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { UsageError } from './errors.ts';

type AccountsOptions = Options & { readonly lock?: string; readonly prune?: boolean };

/** @returns 1 if it is unknown whether some account is a target */
export async function accounts(options: AccountsOptions, terminal: Terminal): Promise<ExitCode> {
  checkLockOptions(options);
  const { print, say, style } = terminal;
  const { survey, filters, organizationId } = await readOrganization(options, terminal);
  const lines = accountLines(survey, filters);
  print(
    options.json === true
      ? json<'accounts'>({ accounts: lines, warnings: survey.warnings })
      : renderAccounts(lines, survey.warnings, style),
  );
  const { lock, prune = false } = options;
  if (lock !== undefined) {
    const change = await lockAccounts({ file: lock, prune, organizationId }, survey);
    say(lockLine(lock, change));
  }
  return survey.undecided.length === 0 ? 0 : 1;
}

function lockLine(file: string, { total, added, removed, dropped }: LockChange): string {
  const changes = [
    `${added} added`,
    `${removed} marked removed`,
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
  ];
  return `Wrote ${file}: ${plural(total, 'account')}, ${changes.join(', ')}. Review the change, then deploy.`;
}

/** A list of only some accounts would destroy the roles of all others. */
function checkLockOptions({ lock, prune, account, ou }: AccountsOptions): void {
  if (lock !== undefined && (account ?? ou))
    throw new UsageError('--lock records every target. Leave out --account and --ou.');
  if (lock === undefined && prune === true) throw new UsageError('--prune needs --lock FILE.');
}

async function readOrganization(
  options: AccountsOptions,
  terminal: Terminal,
): Promise<{ readonly survey: Survey; readonly filters: Filters; readonly organizationId: string }> {
  const config = await loadConfig(options.config);
  const clients = connect(options, config);
  try {
    return await stopOnSignals(terminal, async (deadline) => {
      const caller = await identifyCaller(clients.sts, deadline.reading);
      const organization = await describeOrganization(clients.organizations, deadline.reading);
      const startedAt = THIS_PROCESS.now();
      const filters = await readFilters(options, clients, deadline.reading);
      const context = { config, clients, caller, organization, startedAt, deadline, withUnits: true };
      const survey = await surveyOrganization(context, filters);
      return { survey, filters, organizationId: organization.id };
    });
  } finally {
    clients.close();
  }
}
