import { denialAdvice } from './denial-advice.ts';
import { failureText, type Failure } from './failure.ts';
import { networkAdvice } from './network-advice.ts';

/** What to do next about a failed call of keysweep's own account; undefined: the message says it. */
export function advice(failure: Failure): string | undefined {
  const denied = denialAdvice(failureText(failure));
  if (denied !== undefined) return denied;
  const { kind, call, code, message } = failure;
  if (code === 'CredentialsProviderError')
    return (
      'No AWS credentials were found. ' +
      'Sign in (aws sso login, AWS_PROFILE) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    );
  if (/^Region (is missing|not accepted)/.test(message)) return 'Set AWS_REGION, or pass --region.';
  const network = networkAdvice(code);
  if (network !== undefined) return network;
  if (/^Expired|ExpiredToken/.test(code)) return 'The credentials have expired. Sign in again.';
  if (REFUSED_CREDENTIALS.has(code))
    return 'AWS rejected these credentials. Sign in again, or check AWS_PROFILE.';
  if (code === 'NoSuchBucket')
    return 'Deploy the ledger (docs/deployment.md), or name another one with --ledger, such as a folder.';
  if (kind === 'denied' && /^(kms|s3):/.test(call))
    return 'docs/deployment.md lists what the ledger needs: on its bucket, its objects and its signing key.';
  if (code === 'NotFoundException' && call.startsWith('kms:'))
    return 'The deployed ledger has no signing key yet. Run npm run deploy.';
  if (code === 'AWSOrganizationsNotInUseException')
    return 'This account does not belong to an organization. keysweep needs one.';
  if (kind === 'denied' && /^(organizations|tag):/.test(call))
    return (
      'Run keysweep in the management account or a delegated administrator account, ' +
      'with permission for this call.'
    );
  if (INVALID_RESPONSES.has(code))
    return 'AWS sent an invalid response, so nothing was decided on it. Run again, or ask AWS Support.';
  return kind === 'failed' ? undefined : ACCOUNT_ADVICE[kind];
}

/** As STS, the JSON services and S3 spell it. */
const REFUSED_CREDENTIALS = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);

/** keysweep's own codes for responses that arrived and are invalid. */
const INVALID_RESPONSES = new Set([
  'AccountListedTwice',
  'IncompleteAnswer',
  'KeyListedTwice',
  'NothingNew',
  'RepeatedToken',
  'TruncatedWithoutMarker',
  'UnitListedTwice',
  'WrongChecksum',
  'WrongOrganization',
  'WrongSignature',
]);

/** What to do when this machine refuses a file or a port; undefined: the message says it. */
export function systemAdvice(code: string): string | undefined {
  return SYSTEM_ADVICE[code];
}

const NOT_WRITABLE = 'Choose a location that you can write to (--ledger, --out).';
const SYSTEM_ADVICE: Readonly<Record<string, string | undefined>> = {
  EACCES: NOT_WRITABLE,
  EISDIR: NOT_WRITABLE,
  ENOENT: NOT_WRITABLE,
  ENOTDIR: 'Part of this path is a file, not a folder. Choose another location (--ledger, --out).',
  EPERM: NOT_WRITABLE,
  EROFS: NOT_WRITABLE,
  ENOSPC: 'The disk is full. Free some space and run again: the next run continues with what is left.',
  EADDRINUSE: 'Another program uses this port. Choose another with --port; 0 takes any free one.',
};

/** What to do about accounts with this outcome. */
export const ACCOUNT_ADVICE: Readonly<Record<Failure['kind'], string>> = {
  'cannot-assume':
    'Deploy the rotation role there and let it trust this caller (same organization, same external ID), ' +
    'or opt the account out. AWS gives the same error for a missing role and for one that denies you. ' +
    'Roles that are often there already: OrganizationAccountAccessRole, AWSControlTowerExecution; ' +
    'an account that was invited has neither.',
  denied:
    'The role in the message lacks this permission (after a change of groups, deploy again), ' +
    'or an SCP or a permissions boundary denies it: the message says which.',
  throttled:
    'AWS kept throttling. Run again later, or lower concurrency.accounts and concurrency.callsPerAccount.',
  'not-reached':
    'The run was stopped or ran out of time. Run again: the next run continues with what is left.',
  withheld:
    'Nothing was revoked there, and the reason says why. Read the plan of this account, ' +
    'and follow the reason.',
  failed:
    'Run again: the next run continues with what is left. If it persists, try the call of the message ' +
    'in that account; if AWS returns an invalid response, ask AWS Support.',
};
