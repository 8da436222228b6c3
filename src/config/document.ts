import { bisectRight } from 'd3-array';
import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Problem } from './problem.ts';
import { ConfigError } from './errors.ts';

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

/**
 * Reads JSON, with comments and trailing commas allowed and a byte order mark tolerated, and makes of it what `work` makes.
 * @throws ConfigError when it is no JSON, or nested so deeply that whatever walks over it runs out of stack
 */
export function readingDocument<Result>(
  source: string,
  fileName: string,
  work: (document: Document) => Result,
): Result {
  try {
    const document = readDocument(source);
    if ('syntax' in document) throw new ConfigError(document.syntax, fileName);
    return work(document);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = 'JSON that is not nested thousands of levels deep';
    throw new ConfigError([{ path: '', value: source.slice(0, 80), expected }], fileName, { cause: error });
  }
}

/** @throws RangeError when it is nested too deeply */
export function readDocument(source: string): Document | { readonly syntax: readonly Problem[] } {
  const text = source.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const position = positionsIn(text);
  if (root === undefined || errors.length > 0) return { syntax: syntaxProblems(text, errors, position) };
  const value: unknown = getNodeValue(root);
  return {
    value,
    valueAt: (path) => path.reduce<unknown>((outer, step) => (outer as Inner)?.[step], value),
    locate: (path) => position(placeOf(root, path)),
    repeated: repeatedNames(root, position),
  };
}

interface Position {
  readonly line: number;
  readonly column: number;
}
type Positions = (offset: number) => Position;

/** Lines are looked for once: a long file may hold as many problems as lines. */
function positionsIn(text: string): Positions {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const line = bisectRight(starts, offset);
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}

/** One a line: what follows the first mistake of a line is mostly its echo. */
function syntaxProblems(text: string, errors: readonly ParseError[], position: Positions): Problem[] {
  const problems = errors.map(({ error, offset, length }) => ({
    path: '',
    ...position(offset),
    value: text.slice(offset, offset + length) || undefined,
    expected: `valid JSON (${inWords(printParseErrorCode(error))})`,
  }));
  return problems.filter((problem, index) => problem.line !== problems[index - 1]?.line);
}

/** CommaExpected → comma expected */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
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

function repeatedNames(node: Node, position: Positions, path: readonly Step[] = []): Problem[] {
  const children = node.children ?? [];
  if (node.type === 'array')
    return children.flatMap((child, index) => repeatedNames(child, position, [...path, index]));
  if (node.type !== 'object') return [];
  const firsts = new Map<string, Node>();
  return children.flatMap((property) => {
    const name = String(nameOf(property));
    const first = firsts.get(name);
    if (!first) firsts.set(name, property);
    const value = property.children?.[1];
    const below = value === undefined ? [] : repeatedNames(value, position, [...path, name]);
    return first ? [repeatedName([...path, name], first, property, position), ...below] : below;
  });
}

function repeatedName(path: readonly Step[], first: Node, again: Node, position: Positions): Problem {
  return {
    path: pathText(path),
    ...position(again.offset),
    value: nameOf(again),
    expected: `each name once in an object; this one stands on line ${position(first.offset).line} already`,
  };
}

/** `['overrides', 1, 'rules', 'mode']` → `overrides[1].rules.mode` */
export function pathText(path: readonly Step[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}
