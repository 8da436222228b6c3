import type { Contradiction, Outline } from './lenient-config.ts';

/** What the deployment would stumble over when half of it is up: names in ARNs that are of elsewhere, and subscribers who stand twice. */
export function deploymentContradictions({ deployment = {}, notices = {} }: Outline): Contradiction[] {
  const { account, region, kmsKeyArn, state, operators = [], notifications } = deployment;
  return [
    ...keyElsewhere(['deployment', 'kmsKeyArn'], kmsKeyArn, region),
    ...keyElsewhere(['deployment', 'state', 'kmsKeyArn'], state?.kmsKeyArn, state?.region),
    ...operators.flatMap((arn, index) =>
      account === undefined || partOf(arn, ACCOUNT) === undefined || partOf(arn, ACCOUNT) === account
        ? []
        : [
            {
              path: ['deployment', 'operators', index],
              expected: `a role of account ${account}, deployment.account`,
            },
          ],
    ),
    ...subscribedTwice(['deployment', 'notifications'], notifications),
    ...subscribedTwice(['notices', 'topic', 'subscribers'], notices.topic?.subscribers),
  ];
}

/** Where they stand in an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const REGION = 3;
const ACCOUNT = 4;

function partOf(arn: string | undefined, position: number): string | undefined {
  return arn?.split(':')[position];
}

/** KMS keys work in their own Region only. */
function keyElsewhere(
  path: readonly string[],
  arn: string | undefined,
  region: string | undefined,
): Contradiction[] {
  const own = partOf(arn, REGION);
  if (own === undefined || region === undefined || own === region) return [];
  return [{ path, expected: `a key in ${region}, the Region that uses it` }];
}

type Subscribers = readonly { readonly protocol: string; readonly endpoint: string }[];

function subscribedTwice(path: readonly string[], subscribers: Subscribers = []): Contradiction[] {
  return subscribers.flatMap(({ protocol, endpoint }, index) => {
    const first = subscribers.findIndex(
      (other) => other.protocol === protocol && other.endpoint === endpoint,
    );
    return endpoint === '' || first === index
      ? []
      : [{ path: [...path, index], expected: 'each subscriber once' }];
  });
}
