import { compileConditions, type Condition } from './condition.ts';
import type { Context, Matcher } from './context.ts';
import { listOf, malformed, recordOf } from './json.ts';
import { pattern } from './pattern.ts';
import { compilePrincipals, type PrincipalMatcher } from './principal.ts';

/*
 * A small evaluator of IAM policies, for what keysweep's roles and tests say and not for all of IAM. It is our own
 * because the known one on npm (@cloud-copilot/iam-simulate) is under the AGPL, which an Apache-2.0 project cannot
 * depend on.
 */

/** A policy as it is written: identity policy, session policy, trust policy or service control policy. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?:
    '*' | { readonly AWS?: string | readonly string[]; readonly Service?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Policy {
  /** As it was written. */
  readonly text: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly allows: boolean;
  readonly action: Matcher;
  readonly resource: Matcher;
  /** Undefined in a policy that belongs to an identity. */
  readonly principal: PrincipalMatcher | undefined;
  readonly conditions: readonly Condition[];
}

export const ALLOW_ALL: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

const compiled = new Map<string, Policy>();
const COMPILED_LIMIT = 5_000;

/**
 * Policies of many accounts are the same text, and are compiled once.
 * @throws ApiError MalformedPolicyDocument
 */
export function parsePolicy(source: string | PolicyDocument): Policy {
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  const known = compiled.get(text);
  if (known) return known;
  const policy = compile(text);
  if (compiled.size >= COMPILED_LIMIT) compiled.clear();
  compiled.set(text, policy);
  return policy;
}

function compile(text: string): Policy {
  const document = recordOf(parseJson(text), 'the document');
  const statements: readonly unknown[] = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement];
  return {
    text,
    statements: statements.map((statement) => compileStatement(recordOf(statement, 'Statement'))),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('Syntax errors in policy.');
  }
}

function compileStatement(statement: Readonly<Record<string, unknown>>): Statement {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformed('Effect must be Allow or Deny.');
  return {
    allows: statement.Effect === 'Allow',
    action: lowerCase(anyOf(statement, 'Action', (name) => pattern(name.toLowerCase()))),
    resource: anyOf(statement, 'Resource', pattern),
    principal: statement.Principal === undefined ? undefined : compilePrincipals(statement.Principal),
    conditions: compileConditions(statement.Condition),
  };
}

/** `Action` and `NotAction`, `Resource` and `NotResource`; a trust policy has no resource: the role is meant. */
function anyOf(
  statement: Readonly<Record<string, unknown>>,
  name: string,
  make: (text: string) => Matcher,
): Matcher {
  const wanted = statement[name];
  const unwanted = statement[`Not${name}`];
  if (wanted !== undefined && unwanted !== undefined) throw malformed(`Both ${name} and Not${name}.`);
  if (wanted === undefined && unwanted === undefined) {
    if (name === 'Resource' && statement.Principal !== undefined) return () => true;
    throw malformed(`Policy statement must contain ${name === 'Action' ? 'actions' : 'resources'}.`);
  }
  const matchers = listOf(wanted ?? unwanted, name).map(make);
  const inverted = unwanted !== undefined;
  return (value, context) => matchers.some((matches) => matches(value, context)) !== inverted;
}

function lowerCase(matcher: Matcher): Matcher {
  return (value, context) => matcher(value.toLowerCase(), context);
}

/** Whether a statement speaks about this request, its principal aside. */
export function applies(statement: Statement, action: string, resource: string, context: Context): boolean {
  return (
    statement.action(action, context) &&
    statement.resource(resource, context) &&
    statement.conditions.every((holds) => holds(context))
  );
}
