import type { Failure } from '../aws/failure.ts';
import type { Diagnosis } from './finding.ts';

const WHY = 'A sweep cannot enter the account: its keys stay, and the run is incomplete.';

/**
 * What a refused AssumeRole tells. AWS names the policy when the caller's own side refuses, and says the same for a role that
 * is missing and for one that does not trust the caller: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * Pure.
 * @param roleName as accounts.json has it
 */
export function entryRefusal({ message }: Failure, roleName: string): Diagnosis {
  if (message.includes('service control policy')) {
    return {
      summary: `a service control policy (SCP) denies entering role ${roleName}`,
      impact: WHY,
      fix: `Exempt the rotator from the SCP that denies sts:AssumeRole on role/${roleName}.`,
      detail: message,
    };
  }
  if (/(identity-based policy|permissions boundary|session policy)/.test(message)) {
    return {
      summary: `you may not assume role ${roleName} there: your own policies do not allow it`,
      impact: `${WHY} The rotator may fare better: it has policies of its own.`,
      fix: `Allow yourself sts:AssumeRole on role/${roleName}, or run doctor as one of deployment.operators.`,
      detail: message,
    };
  }
  return {
    summary: `role ${roleName} cannot be entered: it is not there, or does not trust you`,
    impact: `${WHY} AWS gives the same answer for a missing role, a trust for another account or organization, and a wrong external id.`,
    fix: 'Look at the operations of the StackSet, then run npm run deploy; or opt the account out (docs/doctor.md#enter-account).',
    detail: message,
  };
}

/**
 * Whether the trust of the deployed rotation roles names this caller. The path of a role is not in the ARN of its session, so
 * only names are compared. Pure.
 * @param arn as GetCallerIdentity gives it
 * @param trusted ARNs of roles, in which * stands for any run of characters
 */
export function isNamedInTrust(arn: string, trusted: readonly string[]): boolean {
  const [, account, name] = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (account === undefined || name === undefined) return false;
  return trusted.some((pattern) => {
    const [, , , , itsAccount, resource = ''] = pattern.split(':');
    return itsAccount === account && like(name, resource.slice(resource.lastIndexOf('/') + 1));
  });
}

function like(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
