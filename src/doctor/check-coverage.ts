import type { Config } from '../config/schema.ts';
import { endedNotice, endingNotice } from '../targets/opt-out.ts';
import type { LeftOutAccount, Selection } from '../targets/target.ts';
import { accountSubject, ok, warning, type Finding, type NotCovered } from './finding.ts';

/** Every account that no sweep writes to, by intention, with the reason and what to change. Pure. */
export function notCovered({ targets, leftOut }: Pick<Selection, 'targets' | 'leftOut'>): NotCovered[] {
  return [
    ...leftOut.map((account) => ({
      accountId: account.account.id,
      name: account.account.name,
      outcome: account.outcome,
      reason: account.reason,
      fix: fixFor(account),
    })),
    ...targets
      .filter(({ settings }) => !settings.armed)
      .map(({ account: { id, name } }) => ({
        accountId: id,
        name,
        outcome: 'not-armed' as const,
        reason: 'planned and reported only',
        fix: 'armed: true in an override of the account, its OU, or in defaults',
      })),
  ];
}

function fixFor({ account, outcome, reason }: LeftOutAccount): string {
  if (outcome === 'not-active') return 'none needed: nobody can use it while it is so';
  if (outcome === 'opted-out')
    return reason.startsWith('by its tag') ? 'take the tag off the account' : 'take it out of optOuts';
  return account.isManagementAccount
    ? 'scope.managementAccount: true, with the rotation role there'
    : 'add its OU to scope.organizationalUnits';
}

/** Opt-outs that have ended or soon will, and whether anything is armed at all. Pure. */
export function checkCoverage(
  { targets, leftOut }: Pick<Selection, 'targets' | 'leftOut'>,
  config: Config,
  now: Date,
): Finding[] {
  const ended = targets.flatMap(({ account }) =>
    complaints(account, endedNotice(account, config, now), ENDED),
  );
  const ending = leftOut.flatMap(({ account }) =>
    complaints(account, endingNotice(account, config, now), ENDING),
  );
  return [...ended, ...ending, ...armed(targets)];
}

const ENDED = {
  summary: 'its opt-out has ended: the account is swept like any other',
  impact: 'Its owner may still count on it.',
  fix: 'Remove it from optOuts, or agree on a new date with the owner.',
};

const ENDING = {
  summary: 'its opt-out ends within a week; then the account is swept like any other',
  impact: 'Its people lose their keys at the sweep after that day.',
  fix: 'Tell the owner, or agree on a new date.',
};

function complaints(
  account: { readonly id: string; readonly name: string },
  notice: string | undefined,
  complaint: typeof ENDED,
): Finding[] {
  return notice === undefined
    ? []
    : [warning('opt-out', accountSubject(account), { ...complaint, detail: notice })];
}

function armed(targets: Selection['targets']): Finding[] {
  if (targets.length === 0) return [];
  const place = { subject: 'accounts.json' };
  const count = targets.filter(({ settings }) => settings.armed).length;
  if (count > 0) return [ok('armed', place, `arms ${count} of ${targets.length} targets`)];
  return [
    warning('armed', place, {
      summary: `arms none of the ${targets.length} targets`,
      impact: 'A sweep then plans and reports, and revokes nothing.',
      fix: 'That is right for a start. When the plans are as you want them: armed: true, one OU at a time.',
    }),
  ];
}
