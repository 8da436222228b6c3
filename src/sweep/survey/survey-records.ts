import type { AccountFinished, AccountsListed } from '../../ledger/record.ts';
import { NO_KEYS } from '../../ledger/totals.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { isInForce, optOutOf } from '../../targets/opt-out.ts';
import { accountFinished } from '../finish-account.ts';
import { endOfFailure } from '../outcome.ts';
import { decidedAt, type RunContext } from '../run-context.ts';
import type { Survey } from './survey-organization.ts';

type RecordingContext = Pick<RunContext, 'config' | 'startedAt' | 'noticeFor' | 'now'>;

/** The list, as the ledger holds it. */
export function accountsListed({ accounts, units }: Survey, { now }: RecordingContext): AccountsListed {
  return { type: 'accounts-listed', at: now().toISOString(), accounts, ...(units && { units }) };
}

/** The end of every account that is no target, or of which that could not be told. */
export function endedBySurvey(survey: Survey, context: RecordingContext): AccountFinished[] {
  const at = context.now();
  return [
    ...survey.leftOut.map(({ account, outcome, reason }) => {
      const optOut = outcome === 'opted-out' && optOutFor(account, context);
      return accountFinished(account.id, { outcome, reason, keys: NO_KEYS, ...optOut }, at);
    }),
    ...survey.undecided.map(({ account, failure }) => accountFinished(account.id, endOfFailure(failure), at)),
  ];
}

/** The owner, the reason and the end of an opt-out of accounts.json; one by tag has none. */
function optOutFor(account: OrganizationAccount, context: RecordingContext): Pick<AccountFinished, 'optOut'> {
  const optOut = optOutOf(account, context.config);
  if (!optOut || !isInForce(optOut, decidedAt(context))) return {};
  const { owner, reason, until } = optOut;
  return { optOut: { owner, reason, until } };
}
