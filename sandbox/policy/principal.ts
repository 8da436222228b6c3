import { listOf, malformed, recordOf } from './json.ts';

/** Who asks, as the `Principal` of a trust policy may name them. */
export interface Principal {
  /** Of the user, or of the session: `arn:aws:sts::…:assumed-role/role/session`. */
  readonly arn: string;
  /** Of the user, or of the session's role: what `aws:PrincipalArn` gives. */
  readonly principalArn: string;
  readonly accountId: string;
}

/**
 * `account`: the account as a whole is trusted, so that the identity's own policies decide as well. `identity`: the
 * principal is named itself. undefined: not meant.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type PrincipalMatch = 'account' | 'identity' | undefined;
export type PrincipalMatcher = (principal: Principal) => PrincipalMatch;

export function compilePrincipals(block: unknown): PrincipalMatcher {
  if (block === '*') return () => 'account';
  const { AWS, Service, ...others } = recordOf(block, 'Principal');
  if (Object.keys(others).length > 0)
    throw malformed(`Invalid principal in policy: ${JSON.stringify(others)}.`);
  if (AWS === undefined && Service === undefined) throw malformed('Missing principal in policy.');
  const matchers = AWS === undefined ? [] : listOf(AWS, 'Principal').map(matcher);
  return (principal) => {
    const matches = matchers.map((match) => match(principal));
    return matches.includes('identity') ? 'identity' : matches.find((match) => match !== undefined);
  };
}

function matcher(text: string): PrincipalMatcher {
  if (text === '*') return () => 'account';
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
  if (account !== undefined) return (principal) => (principal.accountId === account ? 'account' : undefined);
  if (!/^arn:[\w-]+:(iam|sts)::\d{12}:(role|user|assumed-role)\/[^*]+$/.test(text)) {
    throw malformed(`Invalid principal in policy: "AWS":"${text}"`);
  }
  return (principal) => (principal.arn === text || principal.principalArn === text ? 'identity' : undefined);
}
