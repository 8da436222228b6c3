import type { Failure } from '../aws/failure.ts';
import type { Diagnosis } from './finding.ts';

const IMPACT = 'A sweep cannot enter the account: its keys stay, and the run is incomplete.';

/**
 * Explains a denied AssumeRole. AWS names the policy only when the caller's own side denies it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function explainDeniedRole({ message }: Failure, roleName: string): Diagnosis {
  if (message.includes('service control policy')) {
    return {
      summary: `A service control policy (SCP) denies assuming role ${roleName}`,
      impact: IMPACT,
      fix: `Exempt the rotator in the SCP that denies sts:AssumeRole on role/${roleName}.`,
      detail: message,
    };
  }
  if (/(identity-based policy|permissions boundary|session policy)/.test(message)) {
    return {
      summary: `Your own policies do not allow you to assume role ${roleName}`,
      impact: `${IMPACT} The rotator may succeed: it has its own policies.`,
      fix: `Allow yourself sts:AssumeRole on role/${roleName}, or run doctor as one of deployment.operators.`,
      detail: message,
    };
  }
  return {
    summary: `Role ${roleName} cannot be assumed: it does not exist, or does not trust you`,
    impact:
      `${IMPACT} AWS gives the same error for a missing role, for one that trusts another account ` +
      'or organization, and for a wrong external ID.',
    fix:
      'Check the operations of the StackSet, then run npm run deploy. ' +
      'Or opt the account out (docs/doctor.md#enter-account).',
    detail: message,
  };
}

/**
 * Whether the deployed rotation roles trust this caller. A session's ARN lacks the path of its role, so only
 * names are compared.
 * @param arn from GetCallerIdentity
 * @param trusted ARNs of roles; `*` matches any characters
 */
export function isNamedInTrust(arn: string, trusted: readonly string[]): boolean {
  const [, account, name] = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (account === undefined || name === undefined) return false;
  return trusted.some((pattern) => {
    const [, , , , trustedAccount, resource = ''] = pattern.split(':');
    return trustedAccount === account && matches(name, resource.slice(resource.lastIndexOf('/') + 1));
  });
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
