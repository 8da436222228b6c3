import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Problem } from './problem.ts';

/** A step into JSON: the name of a setting or a position in a list. */
export type Step = string | number;

type Inner = Record<Step, unknown> | null | undefined;

/** A JSON text that could be read, with the way back from a setting to its line. */
export interface Document {
  readonly value: unknown;
  /** The value of one setting; undefined when it is missing. */
  valueAt(path: readonly Step[]): unknown;
  /** Where the setting stands, or the nearest thing around it when it is missing. */
  locate(path: readonly Step[]): { line: number; column: number };
  /** Names that one object gives twice: JSON would silently take the last, and an opt-out list be lost. */
  readonly repeated: readonly Problem[];
}

/** Reads JSON, with comments and trailing commas allowed and a byte order mark tolerated. */
export function readDocument(source: string): Document | { readonly syntax: readonly Problem[] } {
  const text = source.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) return { syntax: syntaxProblems(text, errors) };
  const value: unknown = getNodeValue(root);
  return {
    value,
    valueAt: (path) => path.reduce<unknown>((outer, step) => (outer as Inner)?.[step], value),
    locate: (path) => position(text, placeOf(root, path)),
    repeated: repeatedNames(text, root),
  };
}

/** One a line: what follows the first mistake of a line is mostly its echo. */
function syntaxProblems(text: string, errors: readonly ParseError[]): Problem[] {
  const problems = errors.map(({ error, offset, length }) => ({
    path: '',
    ...position(text, offset),
    value: text.slice(offset, offset + length) || undefined,
    expected: `valid JSON (${inWords(printParseErrorCode(error))})`,
  }));
  return problems.filter((problem, index) => problem.line !== problems[index - 1]?.line);
}

/** CommaExpected → comma expected */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** The name where the value has one, so that the eye lands on `"mode"` and not behind it. */
function placeOf(root: Node, path: readonly Step[]): number {
  let node = root;
  for (const step of path) {
    const next = childAt(node, step);
    if (next === undefined) break;
    node = next;
  }
  return node.parent?.type === 'property' ? node.parent.offset : node.offset;
}

/** Of a name that stands twice the last, as in the value. */
function childAt(node: Node, step: Step): Node | undefined {
  if (typeof step === 'number') return node.children?.[step];
  return node.children?.findLast((property) => nameOf(property) === step)?.children?.[1];
}

function nameOf(property: Node): unknown {
  return property.children?.[0]?.value;
}

function repeatedNames(text: string, node: Node, path: readonly Step[] = []): Problem[] {
  const children = node.children ?? [];
  if (node.type === 'array')
    return children.flatMap((child, index) => repeatedNames(text, child, [...path, index]));
  if (node.type !== 'object') return [];
  return children.flatMap((property, index) => {
    const name = String(nameOf(property));
    const first = children.findIndex((other) => nameOf(other) === name);
    const value = property.children?.[1];
    const below = value === undefined ? [] : repeatedNames(text, value, [...path, name]);
    return first === index
      ? below
      : [repeatedName(text, [...path, name], children[first], property), ...below];
  });
}

function repeatedName(text: string, path: readonly Step[], first: Node | undefined, again: Node): Problem {
  return {
    path: pathText(path),
    ...position(text, again.offset),
    value: nameOf(again),
    expected: `each name once in an object; this one stands on line ${position(text, first?.offset ?? 0).line} already`,
  };
}

/** `['overrides', 1, 'rules', 'mode']` → `overrides[1].rules.mode` */
export function pathText(path: readonly Step[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}
