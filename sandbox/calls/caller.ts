import type { SandboxAccount } from '../organization/account.ts';
import type { SandboxRole, SandboxUser } from '../organization/entities.ts';
import { accountOfKey } from '../organization/ids.ts';
import type { SandboxOrganization } from '../organization/organization.ts';
import { ALLOW_ALL, parsePolicy, type Policy } from '../policy/document.ts';
import type { Principal } from '../policy/principal.ts';
import { commonError } from '../wire/common-errors.ts';
import type { Signature } from '../wire/request.ts';
import type { ServiceName } from '../wire/service-name.ts';
import type { Session, Sessions } from './sessions.ts';

// AWS's own example: https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html
export const ADMINISTRATOR_CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;

const ADMINISTRATOR = 'sandbox-administrator';
const ADMINISTRATOR_POLICIES: readonly Policy[] = [parsePolicy(ALLOW_ALL)];

/** Who sent a call. */
export interface Caller extends Principal {
  readonly account: SandboxAccount;
  readonly accessKeyId: string;
  readonly userId: string;
  readonly identityPolicies: readonly Policy[];
  readonly session: Session | undefined;
  /** Undefined for a session and for the sandbox administrator, who is in no list of users. */
  readonly user: SandboxUser | undefined;
}

/**
 * Does not verify the signature.
 * @throws ApiError if the access key id is unknown or inactive, or the session has expired
 */
export function callerOf(
  { accessKeyId, token }: Signature,
  service: ServiceName,
  organization: SandboxOrganization,
  sessions: Sessions,
): Caller {
  if (accessKeyId === ADMINISTRATOR_CREDENTIALS.accessKeyId) return administrator(organization);
  const session = sessions.get(accessKeyId);
  if (
    session &&
    session.token === token &&
    session.account.roles.get(session.role.roleName) === session.role
  ) {
    if (session.expiresAt <= organization.clock.milliseconds()) throw commonError(service, 'expired-token');
    return sessionCaller(session, accessKeyId);
  }
  const account = organization.accounts.get(accountOfKey(accessKeyId) ?? '');
  const key = account?.keys.get(accessKeyId);
  if (!account || key?.status !== 'Active') throw commonError(service, 'unknown-key');
  return userCaller(account, key.user, accessKeyId);
}

function administrator(organization: SandboxOrganization): Caller {
  const account = organization.managementAccount;
  const arn = account.arn('user', '/', ADMINISTRATOR);
  return {
    account,
    accountId: account.id,
    accessKeyId: ADMINISTRATOR_CREDENTIALS.accessKeyId,
    arn,
    principalArn: arn,
    userId: account.idOf('AIDA', { serial: 0 }),
    identityPolicies: ADMINISTRATOR_POLICIES,
    session: undefined,
    user: undefined,
  };
}

function userCaller(account: SandboxAccount, user: SandboxUser, accessKeyId: string): Caller {
  const arn = account.arn('user', user.path, user.userName);
  return {
    account,
    accountId: account.id,
    accessKeyId,
    arn,
    principalArn: arn,
    userId: account.idOf('AIDA', user),
    identityPolicies: user.policies,
    session: undefined,
    user,
  };
}

function sessionCaller(session: Session, accessKeyId: string): Caller {
  const { account, role } = session;
  return {
    account,
    accountId: account.id,
    accessKeyId,
    arn: sessionArn(account, role, session.name),
    principalArn: account.arn('role', role.path, role.roleName),
    userId: `${account.idOf('AROA', role)}:${session.name}`,
    identityPolicies: [...role.policies.values()],
    session,
    user: undefined,
  };
}

/** Does not contain the path of the role. */
export function sessionArn(account: SandboxAccount, role: SandboxRole, sessionName: string): string {
  return `arn:${account.details.partition}:sts::${account.id}:assumed-role/${role.roleName}/${sessionName}`;
}
