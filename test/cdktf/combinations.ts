import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import type { DeployableConfig } from '../../src/deployment.ts';
import { CENTRAL_ACCOUNT, deployableConfig, lockOf } from './deployable-config.ts';

const KEY = `arn:aws:kms:eu-central-1:${CENTRAL_ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;

/** What changes which resources and arguments there are; the rest only changes what stands in them. */
const NONE = {
  direct: false,
  delegated: false,
  managementAccount: false,
  organizationalUnits: false,
  externalId: false,
  kmsKey: false,
  boundary: false,
  stateInS3: false,
};

type Choice = Readonly<typeof NONE>;

export interface Combination {
  readonly name: string;
  readonly config: DeployableConfig;
  readonly lock: AccountsLock | undefined;
}

/** Every combination of settings that can be deployed. */
export function combinations(): Combination[] {
  return Object.keys(NONE)
    .reduce<Choice[]>((all, name) => all.flatMap((one) => [one, { ...one, [name]: true }]), [NONE])
    .filter(({ direct, delegated, managementAccount }) => direct || !delegated || !managementAccount)
    .map(combination);
}

function combination(choice: Choice): Combination {
  const {
    direct,
    delegated,
    managementAccount,
    organizationalUnits,
    externalId,
    kmsKey,
    boundary,
    stateInS3,
  } = choice;
  const chosen = Object.entries(choice).flatMap(([name, on]) => (on ? [name] : []));
  const config = deployableConfig({
    config: {
      scope: {
        managementAccount,
        ...(organizationalUnits && { organizationalUnits: ['ou-ab12-11111111', 'ou-ab12-22222222'] }),
      },
      ...(externalId && { rotationRole: { externalId: 'an-external-id' } }),
      ...(stateInS3 && {
        notices: {
          topic: { subscribers: [{ protocol: 'email', endpoint: 'people@example.com' }] },
          mail: { from: 'keysweep@example.com', userTag: 'email' },
        },
      }),
      // A combination is also a place to see the other partitions, schedules and tags once in a while.
      ...(kmsKey && { optOutTag: false, schedule: { expression: 'rate(1 day)' } }),
    },
    deployment: {
      memberRoles: direct ? 'direct' : 'stackset',
      delegatedAdministrator: delegated,
      ...(kmsKey && { kmsKeyArn: KEY, flexibleWindowMinutes: 15, ledger: { deleteOnDestroy: true } }),
      ...(boundary && { permissionsBoundary: 'boundaries/Keysweep', engine: 'step-functions' }),
      ...(stateInS3 && {
        state: { bucket: 'terraform-state', region: 'eu-west-1', ...(kmsKey && { kmsKeyArn: KEY }) },
        notifications: [{ protocol: 'email', endpoint: 'security@example.com' }],
        tags: { team: 'security' },
      }),
    },
  });
  return { name: chosen.join(' + ') || 'defaults', config, lock: direct ? lockOf(3) : undefined };
}
