import type { Context } from './context.ts';
import { applies, type Policy } from './document.ts';
import type { Principal, PrincipalMatch } from './principal.ts';

/** Every policy that has a say in what an identity asks for. */
export interface Say {
  /** Of the organization's root, the OUs and the account; none for the management account. They only take away. */
  readonly serviceControl: readonly Policy[];
  readonly identity: readonly Policy[];
  /** Given with AssumeRole. */
  readonly session: Policy | undefined;
}

export interface Request {
  /** Such as `iam:GetGroup`. */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly context: Context;
}

/** Why a request is refused, as AWS words it; undefined when it is allowed. */
export type Refusal = string | undefined;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
export function refusal(say: Say, request: Request): Refusal {
  const denial = explicitDenial(say, request);
  if (denial) return denial;
  if (!says(say.identity, true, request)) {
    return `because no identity-based policy allows the ${request.action} action`;
  }
  if (say.session && !says([say.session], true, request)) {
    return `because no session policy allows the ${request.action} action`;
  }
  return undefined;
}

/** A Deny anywhere, which no Allow outweighs. */
export function explicitDenial(say: Say, request: Request): Refusal {
  if (says(say.serviceControl, false, request)) return 'with an explicit deny in a service control policy';
  if (says(say.identity, false, request)) return 'with an explicit deny in an identity-based policy';
  if (say.session && says([say.session], false, request)) return 'with an explicit deny in a session policy';
  return undefined;
}

/** How far a trust policy lets somebody in; `denied` outweighs everything. */
export function trusts(policy: Policy, principal: Principal, request: Request): PrincipalMatch | 'denied' {
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

function says(policies: readonly Policy[], allows: boolean, { action, resource, context }: Request): boolean {
  return policies.some((policy) =>
    policy.statements.some(
      (statement) => statement.allows === allows && applies(statement, action, resource, context),
    ),
  );
}
