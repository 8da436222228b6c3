import type { Context } from './context.ts';
import { applies, type Policy } from './document.ts';
import type { Principal, PrincipalMatch } from './principal.ts';

/** The policies that decide about a request of an identity. */
export interface ApplicablePolicies {
  /** Of the root, the OUs and the account. Only their Deny statements are evaluated. */
  readonly scps: readonly Policy[];
  readonly identity: readonly Policy[];
  readonly session: Policy | undefined;
}

export interface Request {
  /** Such as `iam:GetGroup`. */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly context: Context;
}

/**
 * Why a request is denied, in AWS's words; undefined when it is allowed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function denialReason(policies: ApplicablePolicies, request: Request): string | undefined {
  const denial = explicitDeny(policies, request);
  if (denial) return denial;
  if (!hasStatement(policies.identity, true, request)) {
    return `because no identity-based policy allows the ${request.action} action`;
  }
  if (policies.session && !hasStatement([policies.session], true, request)) {
    return `because no session policy allows the ${request.action} action`;
  }
  return undefined;
}

/** An explicit Deny overrides every Allow. */
export function explicitDeny(policies: ApplicablePolicies, request: Request): string | undefined {
  const { scps, identity, session } = policies;
  if (hasStatement(scps, false, request)) return 'with an explicit deny in a service control policy';
  if (hasStatement(identity, false, request)) return 'with an explicit deny in an identity-based policy';
  if (session && hasStatement([session], false, request)) return 'with an explicit deny in a session policy';
  return undefined;
}

/** How a trust policy matches the principal; `denied` overrides every match. */
export function trustMatch(
  policy: Policy,
  principal: Principal,
  request: Request,
): PrincipalMatch | 'denied' {
  let best: PrincipalMatch;
  for (const statement of policy.statements) {
    const match = statement.principal?.(principal);
    if (match === undefined || !applies(statement, request.action, request.resource, request.context))
      continue;
    if (!statement.allows) return 'denied';
    if (best !== 'identity') best = match;
  }
  return best;
}

function hasStatement(
  policies: readonly Policy[],
  allows: boolean,
  { action, resource, context }: Request,
): boolean {
  return policies.some((policy) =>
    policy.statements.some(
      (statement) => statement.allows === allows && applies(statement, action, resource, context),
    ),
  );
}
