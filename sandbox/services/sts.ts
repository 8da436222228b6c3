import { ApiError } from '../wire/api-error.ts';
import type { SandboxAccount } from '../organization/account.ts';
import { contextOf, refusalMessage, sayOf } from '../calls/authorize.ts';
import { sessionArn } from '../calls/caller.ts';
import type { SandboxRole } from '../organization/entities.ts';
import type { Call, Operations } from '../calls/call.ts';
import { integer, requiredText, shaped, text } from '../calls/parameters.ts';
import { parsePolicy, type Policy } from '../policy/document.ts';
import { explicitDenial, refusal, trusts, type Request } from '../policy/evaluate.ts';
import { commonError } from '../wire/common-errors.ts';
import { isoSeconds, leaf } from '../wire/xml.ts';

export const STS_OPERATIONS: Operations<string | undefined> = {
  GetCallerIdentity: { resource: undefined, run: getCallerIdentity },
  AssumeRole: { resource: undefined, run: assumeRole },
};

const SESSION_POLICY_LIMIT = 2_048;
const CHAINED_LIMIT = 3_600;

function getCallerIdentity({ caller }: Call): string {
  return leaf('Arn', caller.arn) + leaf('UserId', caller.userId) + leaf('Account', caller.accountId);
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(call: Call): string {
  const name = shaped(call, 'RoleSessionName', requiredText(call, 'RoleSessionName'), /^[\w+=,.@-]{2,64}$/);
  const { account, role } = admitted(call, name);
  const seconds = durationOf(call, role);
  const policy = sessionPolicy(call);
  const expiresAt = call.now + seconds * 1000;
  const { accessKeyId, token } = call.sessions.add({ account, role, name, expiresAt, policy });
  // The caller compares Expiration with its own clock and not with the sandbox's, which may be set to anything.
  const credentials =
    leaf('AccessKeyId', accessKeyId) +
    leaf('SecretAccessKey', `SandboxSecretAccessKey/${accessKeyId}`) +
    leaf('SessionToken', token) +
    leaf('Expiration', isoSeconds(Date.now() + seconds * 1000));
  const user =
    leaf('AssumedRoleId', `${account.idOf('AROA', role)}:${name}`) +
    leaf('Arn', sessionArn(account, role, name));
  const packed =
    policy && leaf('PackedPolicySize', Math.ceil((policy.text.length / SESSION_POLICY_LIMIT) * 100));
  return `<AssumedRoleUser>${user}</AssumedRoleUser><Credentials>${credentials}</Credentials>${packed ?? ''}`;
}

interface Admitted {
  readonly account: SandboxAccount;
  readonly role: SandboxRole;
}

/**
 * STS says the same to a caller whom the role does not trust, to one who names a role that is not there, and for an account
 * that is suspended: https://github.com/aws-samples/aws-security-reference-architecture-examples/issues/218
 * @throws ApiError AccessDenied
 */
function admitted(call: Call, sessionName: string): Admitted {
  const { caller, organization } = call;
  const roleArn = shaped(call, 'RoleArn', requiredText(call, 'RoleArn'), /^arn:[\w-]+:iam::\d{12}:role\/.+$/);
  const account = organization.accounts.get(roleArn.split(':')[4] ?? '');
  const role = account?.roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
  const known = account && role && account.arn('role', role.path, role.roleName) === roleArn;
  const request: Request = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    context: contextOf(call, {
      arn: roleArn,
      tags: role?.tags,
      context: assumptionContext(call, sessionName),
    }),
  };
  const denied = (why?: string) =>
    commonError('sts', 'access-denied', refusalMessage(caller, request.action, roleArn, why));
  const own = account === caller.account;
  const match = known ? trusts(role.trust, caller, request) : undefined;
  // A role that names the caller lets it in by itself within one account; across accounts both sides must agree.
  const why =
    own && match === 'identity' ? explicitDenial(sayOf(call), request) : refusal(sayOf(call), request);
  if (why !== undefined) throw denied(why);
  if (match === 'denied') throw denied('with an explicit deny in a resource-based policy');
  if (!known || match === undefined || account.state !== 'ACTIVE') throw denied();
  return { account, role };
}

function assumptionContext(call: Call, sessionName: string): (key: string) => string | undefined {
  const externalId = text(call, 'ExternalId');
  return (key) =>
    key === 'sts:externalid' ? externalId : key === 'sts:rolesessionname' ? sessionName : undefined;
}

function durationOf(call: Call, role: SandboxRole): number {
  const seconds = integer(call, 'DurationSeconds', 900, 43_200, 3_600);
  if (call.caller.session && seconds > CHAINED_LIMIT) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function sessionPolicy(call: Call): Policy | undefined {
  if (Object.keys(call.parameters).some((name) => name.startsWith('PolicyArns.'))) {
    throw invalid('The sandbox has no managed policies: give the session policy in full.');
  }
  const document = text(call, 'Policy');
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

function invalid(message: string): ApiError {
  return commonError('sts', 'invalid-parameter', message);
}
