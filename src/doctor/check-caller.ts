import { identifyCaller, MAX_SKEW_MINUTES, type Caller } from '../aws/caller.ts';
import { CallFailedError, CredentialsError, RootCredentialsError } from '../aws/errors.ts';
import { failureOf } from '../aws/calling.ts';
import { advice } from '../aws/advice.ts';
import type { DoctorDependencies } from './context.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

const CREDENTIALS = { subject: 'your credentials' };

/** Without a caller, or as root, doctor checks nothing else. */
export async function checkCaller({ clients, deadline, now }: DoctorDependencies): Promise<{
  readonly caller: Caller | undefined;
  readonly findings: Finding[];
}> {
  try {
    const caller = await identifyCaller(clients.sts, deadline.reading);
    return { caller, findings: [describeCaller(caller), checkClock(caller, now())] };
  } catch (error) {
    const finding = error instanceof RootCredentialsError ? rootCredentials(error) : noCaller(error);
    return { caller: undefined, findings: [finding] };
  }
}

function describeCaller({ arn, accountId }: Caller): Finding {
  if (!arn.includes(':user/')) return ok('caller', CREDENTIALS, arn);
  const user = arn.slice(arn.lastIndexOf('/') + 1);
  return warning('caller', CREDENTIALS, {
    summary: `You use an access key of the IAM user ${user} instead of a role`,
    impact:
      'keysweep revokes this kind of key. Anyone who finds it can revoke keys in the whole organization.',
    fix: `Sign in with a role (aws sso login, AWS_PROFILE=…) and delete the key of ${user}.`,
    detail: `${arn} in account ${accountId}`,
  });
}

function rootCredentials(error: RootCredentialsError): Finding {
  return problem('credentials', CREDENTIALS, {
    summary: 'You use root credentials, which keysweep does not accept; doctor stopped here',
    impact: 'Root can do everything in the account, and no policy limits it.',
    fix:
      'Use a role, and delete the access keys of the root user: ' +
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    detail: error.message,
  });
}

const NO_CALLS = 'keysweep cannot call AWS without valid credentials.';

function noCaller(error: unknown): Finding {
  const failure = failureOf('sts:GetCallerIdentity', error);
  if (error instanceof CallFailedError && error.cause instanceof CredentialsError)
    return problem('credentials', CREDENTIALS, {
      summary: 'Your AWS profile gives no credentials; doctor stopped here',
      impact: NO_CALLS,
      fix: failure.message,
    });
  return problem('caller', CREDENTIALS, {
    summary: `AWS did not confirm who you are (${failure.code}); doctor stopped here`,
    impact: NO_CALLS,
    fix: advice(failure) ?? 'Sign in (aws sso login, AWS_PROFILE=…), then try aws sts get-caller-identity.',
    detail: failure.message,
  });
}

function checkClock({ awsTime }: Caller, now: Date): Finding {
  const subject = { subject: 'local clock' };
  const impact =
    'Key ages, holds and the ledger lock depend on it; ' +
    `no run starts when it is off by more than ${MAX_SKEW_MINUTES} minutes.`;
  if (awsTime === undefined) {
    return problem('clock', subject, {
      summary: 'The local clock cannot be compared with AWS: the response has no Date header',
      impact,
      fix: 'Check what is between this machine and AWS: a proxy may remove headers.',
    });
  }
  const minutes = Math.abs(now.getTime() - awsTime.getTime()) / 60_000;
  if (minutes <= MAX_SKEW_MINUTES) return ok('clock', subject, 'in sync with AWS');
  return problem('clock', subject, {
    summary:
      `The local clock is off by ${Math.round(minutes)} minutes: ` +
      `${now.toISOString()} here, ${awsTime.toISOString()} at AWS`,
    impact,
    fix: 'Synchronize the clock with NTP: timedatectl set-ntp true',
  });
}
