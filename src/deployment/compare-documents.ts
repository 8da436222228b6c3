/** What one set of policy documents says and the other does not, one line for each. Both empty: they mean the same. */
export interface DocumentDifferences {
  /** Such as `Allow iam:CreateAccessKey on *`. */
  readonly added: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Compares policy documents by what they say, whatever the order, the names of statements, the spelling of actions and
 * whether a list of one is written as a list. Pure. It does not reason about wildcards: `iam:*` is another line than `iam:Get*`.
 * @param actual documents as parsed JSON, together
 */
export function compareDocuments(
  expected: readonly unknown[],
  actual: readonly unknown[],
): DocumentDifferences {
  const wanted = byMeaning(expected.flatMap(linesOf));
  const found = byMeaning(actual.flatMap(linesOf));
  return { added: without(found, wanted), missing: without(wanted, found) };
}

/** Actions are compared without case, and shown as they are written. */
interface Line {
  readonly effect: string;
  readonly action: string;
  readonly rest: string;
}

function byMeaning(lines: readonly Line[]): Map<string, string> {
  return new Map(
    lines.map(({ effect, action, rest }) => [
      `${effect} ${action.toLowerCase()} ${rest}`,
      `${effect} ${action} ${rest}`,
    ]),
  );
}

function without(lines: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...lines].flatMap(([meaning, shown]) => (others.has(meaning) ? [] : [shown])).sort();
}

type Statement = Readonly<Record<string, unknown>>;

function linesOf(document: unknown): Line[] {
  const statements = isObject(document) ? document['Statement'] : undefined;
  return list(statements).flatMap((statement) => (isObject(statement) ? linesOfStatement(statement) : []));
}

/** Each action with each resource or principal, so that documents may group them as they like. */
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
    // What a NotAction leaves out belongs together: two of them would allow everything.
    ...notActions(statement['NotAction']),
  ];
  return actions.flatMap((action) =>
    subjects.map((subject) => ({ effect, action, rest: `${subject}${condition}` })),
  );
}

function notActions(value: unknown): string[] {
  const left = list(value).map(String);
  return left.length === 0 ? [] : [`all but ${left.sort().join(', ')}`];
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

/** IAM takes an account id for the account's root: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function accountRoot(name: string): string {
  return name.replace(/^arn:[^:]+:iam::(\d{12}):root$/, '$1');
}

/** Operators and keys of conditions are compared without case. */
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
