/** Lines that only one set of policy documents has. Both empty: the documents are equivalent. */
export interface DocumentDifferences {
  /** Such as `Allow iam:CreateAccessKey on *`. */
  readonly added: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Compares policy documents by meaning: order, Sids, case of actions, and lists of one item do not matter.
 * Wildcards are not expanded: `iam:*` differs from `iam:Get*`.
 * @param actual parsed JSON; several documents count as one
 */
export function compareDocuments(
  expected: readonly unknown[],
  actual: readonly unknown[],
): DocumentDifferences {
  const wanted = new Map(expected.flatMap(linesOf));
  const found = new Map(actual.flatMap(linesOf));
  return { added: without(found, wanted), missing: without(wanted, found) };
}

/** Actions are compared without case, but shown as written. */
type Line = readonly [meaning: string, shown: string];

function without(lines: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...lines].flatMap(([meaning, shown]) => (others.has(meaning) ? [] : [shown])).sort();
}

type Statement = Readonly<Record<string, unknown>>;

function linesOf(document: unknown): Line[] {
  const statements = isObject(document) ? document['Statement'] : undefined;
  return list(statements).flatMap((statement) => (isObject(statement) ? linesOfStatement(statement) : []));
}

/** Every combination of action and resource or principal, so that grouping does not matter. */
function linesOfStatement(statement: Statement): Line[] {
  const effect = String(statement['Effect']);
  const condition = conditionOf(statement['Condition']);
  const subjects = [
    ...named(statement, 'Resource', 'on'),
    ...named(statement, 'NotResource', 'on all but'),
    ...principals(statement['Principal'], 'by'),
    ...principals(statement['NotPrincipal'], 'by all but'),
  ];
  const actions = [
    ...list(statement['Action']).map(String),
    // The exceptions of a NotAction stay together: two separate ones would allow everything.
    ...notActions(statement['NotAction']),
  ];
  return actions.flatMap((action) =>
    subjects.map((subject): Line => {
      const line = (shown: string): string => `${effect} ${shown} ${subject}${condition}`;
      return [line(action.toLowerCase()), line(action)];
    }),
  );
}

function notActions(value: unknown): string[] {
  const excluded = list(value).map(String);
  return excluded.length === 0 ? [] : [`all but ${excluded.sort().join(', ')}`];
}

function named(statement: Statement, element: string, word: string): string[] {
  const values = list(statement[element]).map(String).sort();
  if (element.startsWith('Not')) return values.length === 0 ? [] : [`${word} ${values.join(', ')}`];
  return values.map((value) => `${word} ${value}`);
}

function principals(value: unknown, word: string): string[] {
  if (value === undefined) return [];
  if (!isObject(value)) return list(value).map((name) => `${word} ${String(name)}`);
  return Object.entries(value).flatMap(([kind, names]) =>
    list(names).map((name) => `${word} ${kind} ${accountRoot(String(name))}`),
  );
}

/**
 * An account ID is equivalent to the account's root:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function accountRoot(name: string): string {
  return name.replace(/^arn:[^:]+:iam::(\d{12}):root$/, '$1');
}

/** Condition operators and keys are compared without case. */
function conditionOf(condition: unknown): string {
  if (!isObject(condition)) return '';
  const parts = Object.entries(condition).flatMap(([operator, tests]) =>
    Object.entries(isObject(tests) ? tests : {}).map(
      ([key, values]) =>
        `${operator.toLowerCase()} ${key.toLowerCase()} ${list(values).map(String).sort().join('|')}`,
    ),
  );
  return parts.length === 0 ? '' : ` if ${parts.sort().join(' and ')}`;
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function isObject(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
