import { ACCOUNTS_PER_STACK, type AccountsLock } from '../src/config/accounts-lock.ts';
import type { DeploymentSource } from './load-deployment.ts';

/** What to know before deploying, one line each. */
export function noteLines(source: DeploymentSource): string {
  return notes(source)
    .map((note) => `note: ${note}\n`)
    .join('');
}

function notes({ config, lock, isExample }: DeploymentSource): string[] {
  const { schedule, overrides, rotationRole, deployment, notices } = config;
  const ownRoles = overrides.filter(
    ({ rotationRole: own }) =>
      (own?.name ?? rotationRole.name) !== rotationRole.name ||
      (own?.path ?? rotationRole.path) !== rotationRole.path,
  );
  return [
    ...(isExample
      ? ['These are the stacks of accounts.example.json, which cannot be deployed. Create an accounts.json.']
      : []),
    ...(lock === undefined ? [] : costOfDirect(lock)),
    ...(schedule.expression.startsWith('rate(')
      ? [
          `AWS does not say when ${schedule.expression} fires. keysweep counts from the last sweep, ` +
            'so the first sweep has no notice, and nobody is alerted if it does not run. ' +
            'A cron expression avoids this.',
        ]
      : []),
    ...[...deployment.notifications, ...(notices.topic ? notices.topic.subscribers : [])]
      .filter(({ protocol }) => protocol === 'sqs')
      .map(
        ({ endpoint }) => `The policy of ${endpoint} must let SNS send to it: docs/deployment.md#subscribers`,
      ),
    ...(deployment.kmsKeyArn === undefined
      ? []
      : [
          `The key policy of ${deployment.kmsKeyArn} must let CloudWatch use it, or no alarm is delivered: ` +
            'docs/deployment.md#with-a-kms-key-of-your-own',
        ]),
    ...(ownRoles.length === 0
      ? []
      : [
          `${ownRoles.length} of the overrides name another rotation role. keysweep deploys only ` +
            `${rotationRole.name}: create the others yourself, with the same trust and permissions.`,
        ]),
  ];
}

/** Memory of the provider: https://github.com/hashicorp/terraform-provider-aws/issues/29631 */
function costOfDirect({ accounts }: AccountsLock): string[] {
  if (accounts.length <= ACCOUNTS_PER_STACK) return [];
  const stacks = new Set(accounts.map(({ stack }) => stack)).size;
  return [
    `direct deploys to ${accounts.length} accounts through ${stacks} stacks. ` +
      'Terraform starts one provider process per account, of 200 to 400 MB each and up to ten at once, ' +
      'so a deployment takes 2 to 4 GB and handles the stacks one by one. ' +
      'With trusted access for StackSets, memberRoles: "stackset" does it in one step ' +
      'and covers future accounts.',
  ];
}
