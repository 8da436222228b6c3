import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../../src/deployment/names.ts';
import { CENTRAL_ACCOUNT, deployableConfig, lockOf } from '../support/deployable-config.ts';

/** The settings that change which resources and arguments exist; others change only values. */
const NONE = {
  direct: false,
  delegated: false,
  managementAccount: false,
  organizationalUnits: false,
  externalId: false,
  kmsKey: false,
  boundary: false,
  stateInS3: false,
  stepFunctions: false,
};

type Choice = Readonly<typeof NONE>;

/** One of each partition, and an opt-in Region. */
const REGIONS = [
  ['aws', 'eu-central-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-eusc', 'eusc-de-east-1'],
  ['aws', 'ap-southeast-4'],
] as const;

export interface Combination {
  readonly name: string;
  readonly config: DeployableConfig;
  readonly lock: AccountsLock | undefined;
}

/**
 * Every combination of settings that can be deployed. The partition only changes values, so it is not
 * multiplied with the rest: combinations take turns. 2 and 5 are coprime, so each setting meets each
 * partition.
 */
export function combinations(): Combination[] {
  return Object.keys(NONE)
    .reduce<Choice[]>((all, name) => all.flatMap((one) => [one, { ...one, [name]: true }]), [NONE])
    .filter(({ direct, delegated, managementAccount, organizationalUnits }) =>
      // direct deploys to its list of accounts, whatever the scope.
      direct ? !managementAccount && !organizationalUnits : !(delegated && managementAccount),
    )
    .map((choice, index) => combination(choice, REGIONS[index % REGIONS.length] ?? REGIONS[0]));
}

function combination(choice: Choice, [partition, region]: (typeof REGIONS)[number]): Combination {
  const { direct, delegated, managementAccount, organizationalUnits } = choice;
  const { externalId, kmsKey, boundary, stateInS3, stepFunctions } = choice;
  const chosen = Object.entries(choice).flatMap(([name, on]) => (on ? [name] : []));
  const keyId = '11111111-2222-3333-4444-555555555555';
  const kmsKeyArn = `arn:${partition}:kms:${region}:${CENTRAL_ACCOUNT}:key/${keyId}`;
  const config = deployableConfig({
    config: {
      scope: {
        managementAccount,
        ...(organizationalUnits && { organizationalUnits: ['ou-ab12-11111111', 'ou-ab12-22222222'] }),
      },
      // External ID and state each change one thing, so they are combined with other single changes.
      ...(externalId && {
        rotationRole: { externalId: 'an-external-id' },
        optOutTag: false,
        schedule: { expression: 'rate(1 day)' },
        leaks: { mode: 'revoke', guardDutyFindings: ['UnauthorizedAccess:IAMUser/MaliciousIPCaller'] },
        inventory: { credentials: 'all', schedule: 'cron(0 6 ? * FRI *)' },
      }),
      ...(stateInS3 && {
        report: { securityHub: true },
        notices: {
          topic: { subscribers: [{ protocol: 'email', endpoint: 'people@example.com' }] },
          mail: { from: 'keysweep@example.com', userTag: 'email' },
        },
      }),
    },
    deployment: {
      region,
      memberRoles: direct ? 'direct' : 'stackset',
      delegatedAdministrator: delegated,
      engine: stepFunctions ? 'step-functions' : 'lambda',
      ...(kmsKey && { kmsKeyArn }),
      ...(boundary && {
        permissionsBoundary: 'boundaries/Keysweep',
        vpc: { subnets: ['subnet-0123abcd', 'subnet-0123abce'], securityGroups: ['sg-0123abcd'] },
        proxy: { url: 'http://proxy.example.com:3128', exclude: [`.s3.${region}.amazonaws.com`] },
      }),
      ...(externalId && { flexibleWindowMinutes: 15, ledger: { deleteOnDestroy: true } }),
      ...(stateInS3 && {
        state: { bucket: 'terraform-state', region, ...(kmsKey && { kmsKeyArn }) },
        notifications: [{ protocol: 'email', endpoint: 'security@example.com' }],
        tags: { team: 'security' },
        cloudTrailLogGroup: 'organization/CloudTrail',
      }),
    },
  });
  return {
    name: chosen.join(' + ') || 'defaults',
    config,
    lock: direct ? lockOf(3) : undefined,
  };
}
