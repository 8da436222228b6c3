import { identifyCaller, MAX_SKEW_MINUTES, type Caller } from '../aws/caller.ts';
import { RootCredentialsError } from '../aws/errors.ts';
import { failureOf } from '../aws/calling.ts';
import { advice } from '../aws/advice.ts';
import type { DoctorDependencies } from './context.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

const HERE = { subject: 'your credentials' };

/** Who is asking. Without an answer, or as root, nothing else is looked at. */
export async function checkCaller({
  clients,
  deadline,
  now,
}: Pick<DoctorDependencies, 'clients' | 'deadline' | 'now'>): Promise<{
  readonly caller: Caller | undefined;
  readonly findings: Finding[];
}> {
  try {
    const caller = await identifyCaller(clients.sts, deadline.reading);
    return { caller, findings: [whoIs(caller), clock(caller, now())] };
  } catch (error) {
    return {
      caller: undefined,
      findings: [error instanceof RootCredentialsError ? root(error) : none(error)],
    };
  }
}

function whoIs({ arn, accountId }: Caller): Finding {
  if (!arn.includes(':user/')) return ok('caller', HERE, arn);
  const user = arn.slice(arn.lastIndexOf('/') + 1);
  return warning('caller', HERE, {
    summary: `you work with an access key of the IAM user ${user}, not with a role`,
    impact:
      'It is the kind of key that keysweep takes away, and whoever finds it can revoke keys in the whole organization.',
    fix: `Sign in with a role (aws sso login, AWS_PROFILE=…), and delete the key of ${user}.`,
    detail: `${arn} in account ${accountId}`,
  });
}

function root(error: RootCredentialsError): Finding {
  return problem('caller', HERE, {
    summary: 'these are root credentials; keysweep does not run with them, and doctor looked no further',
    impact: 'Root can do everything in the account, and no policy holds it back.',
    fix: 'Run keysweep as a role, and delete the access keys of the root user: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    detail: error.message,
  });
}

function none(error: unknown): Finding {
  const failure = failureOf('sts:GetCallerIdentity', error);
  return problem('caller', HERE, {
    summary: `AWS does not know who you are (${failure.code}); doctor looked no further`,
    impact: 'Without credentials nothing can be asked.',
    fix: advice(failure) ?? 'Sign in (aws sso login, AWS_PROFILE=…), and try aws sts get-caller-identity.',
    detail: failure.message,
  });
}

function clock({ awsTime }: Caller, now: Date): Finding {
  const place = { subject: 'the clock of this machine' };
  const impact = `Ages of keys, holds and the ledger's lock are judged by it; no run begins more than ${MAX_SKEW_MINUTES} minutes off.`;
  if (awsTime === undefined) {
    return problem('clock', place, {
      summary: 'cannot be compared with the clock of AWS, whose answer has no Date header',
      impact,
      fix: 'Look at what stands between here and AWS, such as a proxy that takes headers away.',
    });
  }
  const minutes = Math.abs(now.getTime() - awsTime.getTime()) / 60_000;
  if (minutes <= MAX_SKEW_MINUTES) return ok('clock', place, 'agrees with the clock of AWS');
  return problem('clock', place, {
    summary: `is ${Math.round(minutes)} minutes off: ${now.toISOString()} here, ${awsTime.toISOString()} at AWS`,
    impact,
    fix: 'Set the clock right, by NTP: timedatectl set-ntp true',
  });
}
