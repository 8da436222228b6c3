import type { Failure } from './failure.ts';

/** What an operator does next about a failed call of keysweep's own account; undefined when its message says it all. Pure. */
export function advice({ kind, call, code, message }: Failure): string | undefined {
  if (code === 'CredentialsProviderError') {
    return 'No AWS credentials were found. Sign in (aws sso login, AWS_PROFILE) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  }
  if (/^Region (is missing|not accepted)/.test(message)) return 'Set AWS_REGION, or name one with --region.';
  if (UNREACHABLE.test(message))
    return 'Nothing answers there. Check the network, the proxy, --endpoint-url and AWS_ENDPOINT_URL.';
  if (/^Expired|ExpiredToken/.test(code)) return 'The credentials have expired. Sign in again.';
  if (REFUSED_CREDENTIALS.has(code))
    return 'AWS does not know these credentials, or no longer. Sign in again, or look which AWS_PROFILE is set.';
  if (code === 'NoSuchBucket')
    return 'Name the bucket of the deployed ledger with --ledger s3://…, or make it first: docs/deployment.md.';
  if (kind === 'denied' && call.startsWith('s3:'))
    return 'A ledger in a bucket needs s3:ListBucket on the bucket, and s3:GetObject and s3:PutObject on what is in it.';
  if (code === 'AWSOrganizationsNotInUseException')
    return 'This account belongs to no organization. keysweep needs one.';
  if (kind === 'denied' && /^(organizations|tag):/.test(call)) {
    return 'Run keysweep in the management account or in a delegated administrator account, with the right to this call.';
  }
  if (NONSENSE.has(code))
    return 'AWS answered what makes no sense, and nothing is decided on that. Run again; if it stays so, ask AWS Support.';
  return kind === 'failed' ? undefined : ACCOUNT_ADVICE[kind];
}

/** https://nodejs.org/api/errors.html#common-system-errors */
const UNREACHABLE = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)\b/;

/** As STS, the services with JSON, and S3 spell it. */
const REFUSED_CREDENTIALS = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);

/** Codes of our own, for answers that arrived: src/aws/complete-list.ts and whoever reads a page. */
const NONSENSE = new Set([
  'AccountListedTwice',
  'EmptyPages',
  'IncompleteAnswer',
  'KeyListedTwice',
  'RepeatedToken',
  'TruncatedWithoutMarker',
]);

/** What an operator does when this machine refuses a file or a port; undefined when its message says it all. Pure. */
export function systemAdvice(code: string): string | undefined {
  return SYSTEM_ADVICE[code];
}

const ANOTHER_PLACE = 'Name a place that you can write to (--ledger, --out and the like).';
const SYSTEM_ADVICE: Readonly<Record<string, string | undefined>> = {
  EACCES: ANOTHER_PLACE,
  EISDIR: ANOTHER_PLACE,
  ENOENT: ANOTHER_PLACE,
  ENOTDIR: 'A part of this path is a file and no folder. Name another place (--ledger, --out and the like).',
  EPERM: ANOTHER_PLACE,
  EROFS: ANOTHER_PLACE,
  ENOSPC: 'The disk is full. Make room and run again: a second run takes up what is left.',
  EADDRINUSE: 'Another program has this port. Name another with --port; 0 takes any free one.',
};

/** What an operator does about accounts that ended so. */
export const ACCOUNT_ADVICE: Readonly<Record<Failure['kind'], string>> = {
  'cannot-assume':
    'Deploy the rotation role there and let it trust this caller (same organization, same external id), or opt the account out. AWS does not tell a missing role from a refusing one.',
  denied:
    'The role in the message lacks this right (after a change of groups, deploy again), or an SCP or a permissions boundary denies it: the message says which.',
  throttled:
    'AWS kept throttling. Run again later, or lower concurrency.accounts and concurrency.callsPerAccount.',
  'not-reached': 'The run was ended, or its time was over. Run again: a second run takes up what is left.',
  failed:
    'Run again: a second run takes up what is left. If it stays so, try the call of the message in that account; an answer that makes no sense is for AWS Support.',
};
