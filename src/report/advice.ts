import type { Failure } from '../calls/failure.ts';

/** What an operator does next about a failed call of keysweep's own account; undefined when its message says it all. Pure. */
export function advice({ kind, call, code, message }: Failure): string | undefined {
  if (code === 'CredentialsProviderError') {
    return 'No AWS credentials were found. Sign in (aws sso login, AWS_PROFILE) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  }
  if (message.startsWith('Region is missing')) return 'Set AWS_REGION, or name one with --region.';
  if (/^Expired|ExpiredToken/.test(code)) return 'The credentials have expired. Sign in again.';
  if (code === 'AWSOrganizationsNotInUseException')
    return 'This account belongs to no organization. keysweep needs one.';
  if (kind === 'denied' && call.startsWith('organizations:')) {
    return 'Run keysweep in the management account or in a delegated administrator account, with the right to this call.';
  }
  return ACCOUNT_ADVICE[kind];
}

/** What an operator does about accounts that ended so. */
export const ACCOUNT_ADVICE: Readonly<Partial<Record<Failure['kind'], string>>> = {
  'cannot-assume':
    'Deploy the rotation role there and let it trust this caller (same organization, same external id), or opt the account out. AWS does not tell a missing role from a refusing one.',
  denied:
    'The rotation role lacks this right, or an SCP or a permissions boundary denies it: the message says which.',
  throttled:
    'AWS kept throttling. Run again later, or lower concurrency.accounts and concurrency.callsPerAccount.',
  'not-reached': 'The run was ended, or its time was over. Run again: a second run takes up what is left.',
};
