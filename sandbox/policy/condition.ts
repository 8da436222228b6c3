import { VALUES, type Context } from './context.ts';
import { malformedPolicy, objectOf, stringsOf } from './json.ts';
import { literal, pattern } from './pattern.ts';

export type Condition = (context: Context) => boolean;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
const FOR_ALL = 'ForAllValues:';

type Comparison = (expected: string) => (value: string, context: Context) => boolean;

const EQUALS: Comparison = (expected) => literal(expected);
const LIKE: Comparison = (expected) => pattern(expected);
const EQUALS_IGNORE_CASE: Comparison = (expected) => (value) =>
  value.toLowerCase() === expected.toLowerCase();

/*
 * ArnEquals and ArnLike behave alike.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: EQUALS,
  StringEqualsIgnoreCase: EQUALS_IGNORE_CASE,
  StringLike: LIKE,
  ArnEquals: LIKE,
  ArnLike: LIKE,
  Bool: EQUALS_IGNORE_CASE,
};
const NEGATIVE: Readonly<Record<string, Comparison>> = {
  StringNotEquals: EQUALS,
  StringNotEqualsIgnoreCase: EQUALS_IGNORE_CASE,
  StringNotLike: LIKE,
  ArnNotEquals: LIKE,
  ArnNotLike: LIKE,
};

/**
 * The `Condition` block of a statement: every operator and key must match, for each any one of the values.
 * @throws ApiError for an operator that the sandbox does not know: ignoring it would make tests prove nothing
 */
export function compileConditions(block: unknown): readonly Condition[] {
  if (block === undefined) return [];
  return Object.entries(objectOf(block, 'Condition')).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys, operator)).map(([key, values]) =>
      condition(operator, key.toLowerCase(), stringsOf(values, key)),
    ),
  );
}

function condition(operator: string, key: string, values: readonly string[]): Condition {
  if (operator === 'Null') return (context) => values.includes(String(context(key) === undefined));
  const forAll = operator.startsWith(FOR_ALL);
  const ifExists = operator.endsWith('IfExists');
  const name = operator.slice(forAll ? FOR_ALL.length : 0, ifExists ? -'IfExists'.length : undefined);
  const negated = name in NEGATIVE;
  const comparison = negated ? NEGATIVE[name] : POSITIVE[name];
  if (comparison === undefined) throw malformedPolicy(`Invalid Condition type : ${operator}.`);
  const tests = values.map((value) => comparison(value));
  return (context) => {
    const value = context(key);
    if (value === undefined) return ifExists || negated || forAll;
    const single = (one: string): boolean => tests.some((test) => test(one, context)) !== negated;
    return forAll ? value.split(VALUES).every(single) : single(value);
  };
}
