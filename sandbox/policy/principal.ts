import { malformedPolicy, objectOf, stringsOf } from './json.ts';

/** The caller, as the `Principal` of a trust policy may name it. */
export interface Principal {
  /** Of the user or the session, such as `arn:aws:sts::…:assumed-role/role/session`. */
  readonly arn: string;
  /** Of the user or the session's role: the value of `aws:PrincipalArn`. */
  readonly principalArn: string;
  readonly accountId: string;
}

/**
 * `account`: the whole account is trusted, so the identity's own policies must allow the call as well.
 * `identity`: the principal itself is named. undefined: no match.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type PrincipalMatch = 'account' | 'identity' | undefined;
export type PrincipalMatcher = (principal: Principal) => PrincipalMatch;

export function compilePrincipals(block: unknown): PrincipalMatcher {
  if (block === '*') return () => 'account';
  const { AWS, Service, ...others } = objectOf(block, 'Principal');
  if (Object.keys(others).length > 0)
    throw malformedPolicy(`Invalid principal in policy: ${JSON.stringify(others)}.`);
  if (AWS === undefined && Service === undefined) throw malformedPolicy('Missing principal in policy.');
  const matchers = AWS === undefined ? [] : stringsOf(AWS, 'Principal').map(matcher);
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
    throw malformedPolicy(`Invalid principal in policy: "AWS":"${text}"`);
  }
  return (principal) => (principal.arn === text || principal.principalArn === text ? 'identity' : undefined);
}
