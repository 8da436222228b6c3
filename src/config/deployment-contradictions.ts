import { DEFAULT_RETENTION_DAYS } from './deployment-schema.ts';
import type { Step } from './document.ts';
import type { Contradiction, LenientConfig } from './lenient-config.ts';

/** Settings of the deployment that AWS would reject while deploying, or that lose records too early. */
export function deploymentContradictions(config: LenientConfig): Contradiction[] {
  const { deployment = {}, notices = {} } = config;
  const { account, region, kmsKeyArn, state, operators = [], notifications } = deployment;
  const ofAccount = `a role of account ${account}, deployment.account`;
  return [
    ...keyOutside(region, ['deployment', 'kmsKeyArn'], kmsKeyArn),
    ...keyOutside(state?.region, ['deployment', 'state', 'kmsKeyArn'], state?.kmsKeyArn),
    ...operators.flatMap((arn, index) =>
      mismatch(arn, ACCOUNT, account, { path: ['deployment', 'operators', index], expected: ofAccount }),
    ),
    ...duplicateSubscribers(['deployment', 'notifications'], notifications),
    ...duplicateSubscribers(['notices', 'topic', 'subscribers'], notices.topic?.subscribers),
    ...(config.deployment === undefined ? [] : deletedTooLate(config)),
    ...(deployment.ledger?.objectLock && deployment.ledger.deleteOnDestroy ? [UNDELETABLE] : []),
  ];
}

/** A deletion must find the record of the deactivation. */
function deletedTooLate({ deployment, defaults, overrides = [] }: LenientConfig): Contradiction[] {
  const days = deployment?.ledger?.retentionDays ?? DEFAULT_RETENTION_DAYS;
  const sections = [
    { path: ['defaults'], rules: { mode: DELETE_LATER, ...defaults?.rules } },
    ...overrides.map(({ rules }, index) => ({ path: ['overrides', index], rules })),
  ];
  if (!sections.some(({ rules }) => rules?.mode === DELETE_LATER)) return [];
  const expected = `fewer days than deployment.ledger.retentionDays, ${days}`;
  return sections
    .filter(({ rules }) => (rules?.deleteAfterDays ?? 0) >= days)
    .map(({ path }) => ({ path: [...path, 'rules', 'deleteAfterDays'], expected }));
}

/** The default mode, and the only one with `deleteAfterDays`. */
const DELETE_LATER = 'deactivate-then-delete';

const UNDELETABLE = {
  path: ['deployment', 'ledger', 'deleteOnDestroy'],
  expected: 'false: records under Object Lock cannot be deleted',
};

/** Positions in an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const REGION = 3;
const ACCOUNT = 4;

/** KMS keys work in their own Region only. */
function keyOutside(
  region: string | undefined,
  path: readonly Step[],
  arn: string | undefined,
): Contradiction[] {
  return mismatch(arn, REGION, region, { path, expected: `a key in ${region}, the Region that uses it` });
}

function mismatch(
  arn: string | undefined,
  position: number,
  own: string | undefined,
  found: Contradiction,
): Contradiction[] {
  const part = arn?.split(':')[position];
  return part === undefined || own === undefined || part === own ? [] : [found];
}

type Subscribers = readonly { readonly protocol: string; readonly endpoint: string }[];

function duplicateSubscribers(path: readonly Step[], subscribers: Subscribers = []): Contradiction[] {
  return subscribers.flatMap(({ protocol, endpoint }, index) => {
    const first = subscribers.findIndex(
      (other) => other.protocol === protocol && other.endpoint === endpoint,
    );
    return endpoint === '' || first === index
      ? []
      : [{ path: [...path, index], expected: 'each subscriber once' }];
  });
}
