import type { Config } from '../config/schema.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import { isInForce } from '../rules/until.ts';
import { endedWarning, endingWarning, optOutOf } from '../targets/opt-out.ts';
import type { LeftOutAccount, Selection } from '../targets/target.ts';
import { accountSubject, CONFIG, ok, warning, type Finding, type NotCovered } from './finding.ts';

type Covered = Pick<Selection, 'targets' | 'leftOut'>;

/** Every account that no sweep writes to, as configured. */
export function notCovered({ targets, leftOut }: Covered, config: Config, now: Date): NotCovered[] {
  return [
    ...leftOut.map((account) => ({
      accountId: account.account.id,
      accountName: account.account.name,
      status: account.outcome,
      reason: account.reason,
      fix: changeFor(account, config, now),
    })),
    ...targets
      .filter(({ settings }) => !settings.armed)
      .map(({ account: { id, name } }) => ({
        accountId: id,
        accountName: name,
        status: 'not-armed' as const,
        reason: 'planned and reported only',
        fix: 'set armed: true in an override for the account or its OU, or in defaults',
      })),
  ];
}

function changeFor({ account, outcome }: LeftOutAccount, config: Config, now: Date): string {
  if (outcome === 'not-active') return 'none needed while the account cannot be used';
  if (outcome === 'opted-out')
    return isOptedOutInConfig(account, config, now) ? 'remove it from optOuts' : 'remove the opt-out tag';
  return account.isManagementAccount
    ? 'set scope.managementAccount: true, and deploy the rotation role there'
    : 'add its OU to scope.organizationalUnits';
}

function isOptedOutInConfig(account: OrganizationAccount, config: Config, now: Date): boolean {
  const optOut = optOutOf(account, config);
  return optOut !== undefined && isInForce(optOut, now);
}

/** Opt-outs that have ended or soon will, and whether any target is armed. */
export function checkCoverage({ targets, leftOut }: Covered, config: Config, now: Date): Finding[] {
  const ended = targets.flatMap(({ account }) =>
    optOutFinding(account, endedWarning(account, config, now), ENDED),
  );
  const ending = leftOut.flatMap(({ account }) =>
    optOutFinding(account, endingWarning(account, config, now), ENDING),
  );
  return [...ended, ...ending, ...checkArmed(targets)];
}

const ENDED = {
  summary: 'The opt-out has ended, so the account is swept',
  impact: 'Its owner may still rely on it.',
  fix: 'Remove it from optOuts, or agree on a new date with the owner.',
};

const ENDING = {
  summary: 'The opt-out ends within a week; then the account is swept',
  impact: 'Access keys in the account are revoked from the first sweep after that day.',
  fix: 'Notify the owner, or agree on a new date.',
};

function optOutFinding(
  account: { readonly id: string; readonly name: string },
  notice: string | undefined,
  diagnosis: typeof ENDED,
): Finding[] {
  return notice === undefined
    ? []
    : [warning('opt-out', accountSubject(account), { ...diagnosis, detail: notice })];
}

function checkArmed(targets: Selection['targets']): Finding[] {
  if (targets.length === 0) return [];
  const count = targets.filter(({ settings }) => settings.armed).length;
  if (count > 0) return [ok('armed', CONFIG, `${count} of ${targets.length} targets are armed`)];
  return [
    warning('armed', CONFIG, {
      summary: `accounts.json arms none of the ${targets.length} targets`,
      impact: 'A sweep plans and reports, but revokes nothing.',
      fix: 'This is right at the start. Once the plans look right, set armed: true for one OU at a time.',
    }),
  ];
}
