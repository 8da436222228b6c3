const GUIDE = 'docs/deployment.md';

/** First match wins: what a message names first is what refused. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /perform: sts:TagSession/,
    'The credentials carry transitive session tags (as those of EKS Pod Identity do). Use others, or allow ' +
      'sts:TagSession in the trust policy of that role.',
  ],
  [
    /service control polic/i,
    'A service control policy (SCP) of the organization denies it there. ' +
      'Except the rotation role in that policy, or opt the account out.',
  ],
  [
    /resource control polic/i,
    'A resource control policy (RCP) of the organization denies it. Except this caller in that policy.',
  ],
  [
    /VPC endpoint polic/i,
    'The policy of the VPC endpoint through which keysweep calls AWS denies it. ' +
      'Allow this call there, or call from elsewhere.',
  ],
  [
    /permissions boundary/i,
    'The permissions boundary of that role or user does not allow it. Extend the boundary.',
  ],
  [
    /session polic/i,
    "A session policy denies it: the caller's own, or keysweep's, which writes to no user " +
      'with the exempt tag.',
  ],
  [
    /perform: kms:(GenerateDataKey|Decrypt)/,
    "The ledger's bucket is encrypted with a KMS key that this caller may not use: " +
      `${GUIDE} lists the rights.`,
  ],
  [
    /^sts:\w+: RegionDisabled/,
    'STS is not active in this Region for the account in the message. Enable the Region there (all member ' +
      `accounts need it: ${GUIDE}), or use another one.`,
  ],
  [/^\S+: Expired\w*:/, 'The credentials have expired. Sign in again, then run again.'],
  [
    /^(?!sts:AssumeRole:)\S+: AccessDenied\w*: .*perform: sts:AssumeRole/,
    'The role of the profile (role_arn in ~/.aws/config) does not let these credentials in. ' +
      'Check its trust policy, external_id and mfa_serial.',
  ],
];

/**
 * What to do about a refusal, by the action and the type of policy that AWS's message names.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * @param reason as `failureText` writes it
 * @returns undefined if the message names neither
 */
export function denialAdvice(reason: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(reason))?.[1];
}
