import type { AccountFinished, AccountsListed } from '../../ledger/record.ts';
import { NO_KEYS } from '../../ledger/totals.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { isInForce } from '../../rules/until.ts';
import { optOutOf } from '../../targets/opt-out.ts';
import { accountFinished, endOfFailure } from '../outcome.ts';
import { decisionTime, type RunContext } from '../run-context.ts';
import type { Survey } from './survey-organization.ts';

type RecordingContext = Pick<RunContext, 'config' | 'startedAt' | 'noticeFor' | 'now'>;

export function accountsListed(survey: Survey, { now }: RecordingContext): AccountsListed {
  const { accounts, units, groups } = survey;
  return {
    ...{ type: 'accounts-listed', at: now().toISOString(), accounts },
    ...(units && { units }),
    ...(groups && { groups: Object.fromEntries(groups) }),
  };
}

/** For every account that is not a target, or may not be one. */
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

/** Empty for an opt-out by tag. */
function optOutFor(account: OrganizationAccount, context: RecordingContext): Pick<AccountFinished, 'optOut'> {
  const optOut = optOutOf(account, context.config);
  if (!optOut || !isInForce(optOut, decisionTime(context))) return {};
  const { owner, reason, until } = optOut;
  return { optOut: { owner, reason, until } };
}
