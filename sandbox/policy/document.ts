import { compileConditions, type Condition } from './condition.ts';
import type { Context, Matcher } from './context.ts';
import { malformedPolicy, objectOf, stringsOf } from './json.ts';
import { pattern } from './pattern.ts';
import { compilePrincipals, type PrincipalMatcher } from './principal.ts';

/*
 * Evaluates IAM policies as far as keysweep's roles and tests need it. The one on npm,
 * @cloud-copilot/iam-simulate, is under the AGPL, on which an Apache-2.0 project cannot depend.
 */

/** An identity policy, session policy, trust policy or service control policy. */
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

/** A compiled policy document. */
export interface Policy {
  /** The document as it was passed in. */
  readonly text: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly allows: boolean;
  readonly action: Matcher;
  readonly resource: Matcher;
  /** Undefined in an identity policy. */
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
 * Compiles a text once: many accounts have the same policies.
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
  const document = objectOf(parseJson(text), 'the document');
  const statements: readonly unknown[] = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement];
  return {
    text,
    statements: statements.map((statement) => compileStatement(objectOf(statement, 'Statement'))),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicy('Syntax errors in policy.');
  }
}

function compileStatement(statement: Readonly<Record<string, unknown>>): Statement {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformedPolicy('Effect must be Allow or Deny.');
  return {
    allows: statement.Effect === 'Allow',
    action: lowerCase(anyOf(statement, 'Action', (name) => pattern(name.toLowerCase()))),
    resource: anyOf(statement, 'Resource', pattern),
    principal: statement.Principal === undefined ? undefined : compilePrincipals(statement.Principal),
    conditions: compileConditions(statement.Condition),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. A trust policy has no resource. */
function anyOf(
  statement: Readonly<Record<string, unknown>>,
  name: string,
  make: (text: string) => Matcher,
): Matcher {
  const included = statement[name];
  const excluded = statement[`Not${name}`];
  if (included !== undefined && excluded !== undefined) throw malformedPolicy(`Both ${name} and Not${name}.`);
  if (included === undefined && excluded === undefined) {
    if (name === 'Resource' && statement.Principal !== undefined) return () => true;
    throw malformedPolicy(`Policy statement must contain ${name === 'Action' ? 'actions' : 'resources'}.`);
  }
  const matchers = stringsOf(included ?? excluded, name).map(make);
  const inverted = excluded !== undefined;
  return (value, context) => matchers.some((matches) => matches(value, context)) !== inverted;
}

function lowerCase(matcher: Matcher): Matcher {
  return (value, context) => matcher(value.toLowerCase(), context);
}

/** Whether the statement covers this request, apart from its principal. */
export function applies(statement: Statement, action: string, resource: string, context: Context): boolean {
  return (
    statement.action(action, context) &&
    statement.resource(resource, context) &&
    statement.conditions.every((matches) => matches(context))
  );
}
