import { accessDeniedMessage, contextOf, policiesFor } from '../calls/authorize.ts';
import type { Call, Operations } from '../calls/call.ts';
import { sessionArn } from '../calls/caller.ts';
import { integer, matching, optionalString } from '../calls/parameters.ts';
import type { SandboxAccount } from '../organization/account.ts';
import type { SandboxRole } from '../organization/entities.ts';
import { accountOfKey } from '../organization/ids.ts';
import type { Context } from '../policy/context.ts';
import { parsePolicy, type Policy } from '../policy/document.ts';
import { denialReason, explicitDeny, type Request, trustMatch } from '../policy/evaluate.ts';
import { ApiError } from '../wire/api-error.ts';
import { commonError } from '../wire/common-errors.ts';
import { element, isoSeconds } from '../wire/xml.ts';

export const STS_OPERATIONS: Operations<string | undefined> = {
  GetCallerIdentity: { resource: undefined, run: getCallerIdentity },
  AssumeRole: { resource: undefined, run: assumeRole },
  GetAccessKeyInfo: { resource: () => ({ arn: '*' }), run: getAccessKeyInfo },
};

const SESSION_POLICY_LIMIT = 2_048;
const CHAINED_SECONDS_LIMIT = 3_600;

function getCallerIdentity({ caller }: Call): string {
  return element('Arn', caller.arn) + element('UserId', caller.userId) + element('Account', caller.accountId);
}

/**
 * Whether or not the key exists, or belongs to an account of the organization: IDs contain the account.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
function getAccessKeyInfo(call: Call): string {
  const account = accountOfKey(matching(call, 'AccessKeyId', /^\w{16,128}$/));
  if (account === undefined) throw commonError('sts', 'invalid-parameter', 'Invalid AccessKeyId.');
  return element('Account', account);
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(call: Call): string {
  const name = matching(call, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const sourceIdentity = sourceIdentityOf(call);
  const { account, role } = assumableRole(call, name, sourceIdentity);
  const seconds = durationOf(call, role);
  const policy = sessionPolicy(call);
  const expiresAt = call.now + seconds * 1000;
  const { accessKeyId, token } = call.sessions.add({
    account,
    role,
    name,
    expiresAt,
    policy,
    sourceIdentity,
  });
  // Callers compare Expiration with their own clock, not with the sandbox's.
  const credentials =
    element('AccessKeyId', accessKeyId) +
    element('SecretAccessKey', `SandboxSecretAccessKey/${accessKeyId}`) +
    element('SessionToken', token) +
    element('Expiration', isoSeconds(Date.now() + seconds * 1000));
  const user =
    element('AssumedRoleId', `${account.idOf('AROA', role)}:${name}`) +
    element('Arn', sessionArn(account, role, name));
  const packed =
    policy && element('PackedPolicySize', Math.ceil((policy.text.length / SESSION_POLICY_LIMIT) * 100));
  const identity = sourceIdentity && element('SourceIdentity', sourceIdentity);
  const more = (packed ?? '') + (identity ?? '');
  return `<AssumedRoleUser>${user}</AssumedRoleUser><Credentials>${credentials}</Credentials>${more}`;
}

/**
 * A session hands its source identity on, and cannot change it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 * @throws ApiError
 */
function sourceIdentityOf(call: Call): string | undefined {
  const own = call.caller.session?.sourceIdentity;
  if (optionalString(call, 'SourceIdentity') === undefined) return own;
  const given = matching(call, 'SourceIdentity', /^[\w+=,.@-]{2,64}$/);
  if (own === undefined || own === given) return given;
  const { caller } = call;
  throw commonError('sts', 'access-denied', accessDeniedMessage(caller, 'sts:SetSourceIdentity', caller.arn));
}

interface AssumableRole {
  readonly account: SandboxAccount;
  readonly role: SandboxRole;
}

/**
 * STS gives the same error for a role that does not trust the caller, a missing role and a suspended account:
 * https://github.com/aws-samples/aws-security-reference-architecture-examples/issues/218
 * @throws ApiError AccessDenied
 */
function assumableRole(call: Call, sessionName: string, sourceIdentity?: string): AssumableRole {
  const roleArn = matching(call, 'RoleArn', /^arn:[\w-]+:iam::\d{12}:role\/.+$/);
  const account = call.organization.accounts.get(roleArn.split(':')[4] ?? '');
  const role = account?.roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
  const exists = account && role && account.arn('role', role.path, role.roleName) === roleArn;
  const found = exists && account.state === 'ACTIVE' ? { account, role } : undefined;
  const context = contextOf(call, {
    arn: roleArn,
    tags: role?.tags,
    context: trustContext(call, sessionName, sourceIdentity),
  });
  const actions = ['sts:AssumeRole', ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity'])];
  for (const action of actions) checkTrust(call, found, { action, resource: roleArn, context });
  if (found === undefined) throw new Error('AssumeRole of no role was not denied');
  return found;
}

/** @throws ApiError AccessDenied */
function checkTrust(call: Call, found: AssumableRole | undefined, request: Request): void {
  const { caller } = call;
  const denied = (reason?: string) =>
    commonError(
      'sts',
      'access-denied',
      accessDeniedMessage(caller, request.action, request.resource, reason),
    );
  const match = found && trustMatch(found.role.trust, caller, request);
  // In one account a role that names the caller needs no identity policy; across accounts it does.
  const reason =
    found?.account === caller.account && match === 'identity'
      ? explicitDeny(policiesFor(call), request)
      : denialReason(policiesFor(call), request);
  if (reason !== undefined) throw denied(reason);
  if (match === 'denied') throw denied('with an explicit deny in a resource-based policy');
  if (match === undefined) throw denied();
}

function trustContext(call: Call, sessionName: string, sourceIdentity: string | undefined): Context {
  const values: Readonly<Record<string, string | undefined>> = {
    'sts:externalid': optionalString(call, 'ExternalId'),
    'sts:rolesessionname': sessionName,
    'sts:sourceidentity': sourceIdentity,
    'aws:multifactorauthpresent': checkMfa(call) ? 'true' : undefined,
  };
  return (key) => values[key];
}

/**
 * Every device exists, and each of its codes is good once.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 * @throws ApiError AccessDenied for a code that was used before
 */
function checkMfa(call: Call): boolean {
  if (optionalString(call, 'SerialNumber') === undefined) return false;
  const serial = matching(call, 'SerialNumber', /^[\w+=/:,.@-]{9,256}$/);
  const code = matching(call, 'TokenCode', /^\d{6}$/);
  if (call.sessions.useMfaCode(`${serial} ${code}`)) return true;
  const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code. ';
  throw commonError('sts', 'access-denied', message);
}

function durationOf(call: Call, role: SandboxRole): number {
  const seconds = integer(call, 'DurationSeconds', 900, 43_200, 3_600);
  if (call.caller.session && seconds > CHAINED_SECONDS_LIMIT) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function sessionPolicy(call: Call): Policy | undefined {
  if (Object.keys(call.parameters).some((name) => name.startsWith('PolicyArns.'))) {
    throw validationError('The sandbox has no managed policies: pass the session policy as Policy.');
  }
  const document = optionalString(call, 'Policy');
  if (document === undefined) return undefined;
  if (document.length > SESSION_POLICY_LIMIT) {
    throw new ApiError(
      'PackedPolicyTooLarge',
      400,
      `Packed size of policy exceeds ${SESSION_POLICY_LIMIT} characters`,
    );
  }
  return parsePolicy(document);
}

function validationError(message: string): ApiError {
  return commonError('sts', 'invalid-parameter', message);
}
