import type { Step } from './document.ts';
import type { Contradiction, LenientConfig } from './lenient-config.ts';

/** ARNs of another Region or account, and duplicate subscribers: AWS would reject them while deploying. */
export function deploymentContradictions({ deployment = {}, notices = {} }: LenientConfig): Contradiction[] {
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
  ];
}

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
