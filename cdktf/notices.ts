import { ACCOUNTS_PER_STACK, type AccountsLock } from '../src/config/accounts-lock.ts';
import type { DeploymentSource } from './load-deployment.ts';

/** As they are printed, a line each. */
export function noticeLines(source: DeploymentSource): string {
  return notices(source)
    .map((notice) => `notice: ${notice}\n`)
    .join('');
}

/** What the person at the terminal should know before deploying, one sentence or two each. */
function notices({ config, lock, isExample }: DeploymentSource): string[] {
  const { schedule, overrides, rotationRole } = config;
  const ownRoles = overrides.filter(
    ({ rotationRole: own }) =>
      (own?.name ?? rotationRole.name) !== rotationRole.name ||
      (own?.path ?? rotationRole.path) !== rotationRole.path,
  );
  return [
    ...(isExample
      ? [
          'This is the deployment of accounts.example.json, to look at; it cannot be deployed. Yours begins with an accounts.json.',
        ]
      : []),
    ...(lock === undefined ? [] : costOfDirect(lock)),
    ...(schedule.expression.startsWith('rate(')
      ? [
          `AWS does not tell when ${schedule.expression} fires. keysweep counts from the last sweep, so of the first one nobody gets ` +
            'notice, and that it did not run is not missed. A cron expression has no such gap.',
        ]
      : []),
    ...(ownRoles.length === 0
      ? []
      : [
          `${ownRoles.length} of the overrides name another rotation role. keysweep deploys ${rotationRole.name} only: those ` +
            'roles are yours to make, with the same trust and permissions.',
        ]),
  ];
}

/** Above one stack, direct costs more than it is worth. Figures of the provider: https://github.com/hashicorp/terraform-provider-aws/issues/29631 */
function costOfDirect({ accounts }: AccountsLock): string[] {
  if (accounts.length <= ACCOUNTS_PER_STACK) return [];
  const stacks = new Set(accounts.map(({ stack }) => stack)).size;
  return [
    `direct enters ${accounts.length} accounts through ${stacks} stacks. Terraform starts one provider process an account, ` +
      'of 200 to 400 MB each, up to ten at once, so a deployment takes 2 to 4 GB and goes through the stacks one by one. ' +
      'With trusted access for StackSets, memberRoles: "stackset" does it in one step and covers future accounts.',
  ];
}
