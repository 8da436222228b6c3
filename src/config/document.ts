import { bisectRight } from 'd3-array';
import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Problem } from './problem.ts';
import { ConfigError } from './errors.ts';

/** A step into JSON: the name of a setting or a position in a list. */
export type Step = string | number;

type Inner = Record<Step, unknown> | null | undefined;

/** Parsed JSON, with the line of every setting. */
export interface Document {
  readonly value: unknown;
  /** The value of one setting; undefined when it is missing. */
  valueAt(path: readonly Step[]): unknown;
  /** The position of the setting, or of the innermost object around it when it is missing. */
  locate(path: readonly Step[]): { line: number; column: number };
  /** Names given twice in one object: JSON would silently take the last, and lose a list of opt-outs. */
  readonly repeated: readonly Problem[];
}

/**
 * Parses JSON, allowing comments, trailing commas and a byte order mark, and passes it to `read`.
 * @throws ConfigError when it is not JSON, or so deeply nested that the stack overflows
 */
export function withDocument<Result>(
  source: string,
  fileName: string,
  read: (document: Document) => Result,
): Result {
  try {
    const document = parseDocument(source);
    if ('syntax' in document) throw new ConfigError(document.syntax, fileName);
    return read(document);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigError([{ path: '', value: undefined, message: 'is nested too deeply.' }], fileName, {
      cause,
    });
  }
}

/** @throws RangeError when it is nested too deeply */
export function parseDocument(source: string): Document | { readonly syntax: readonly Problem[] } {
  const text = source.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined && errors.every(({ length }) => length === 0)) return { syntax: [EMPTY] };
  const position = positionFinder(text);
  if (root === undefined || errors.length > 0) return { syntax: syntaxProblems(text, errors, position) };
  const value: unknown = getNodeValue(root);
  return {
    value,
    valueAt: (path) => path.reduce<unknown>((outer, step) => (outer as Inner)?.[step], value),
    locate: (path) => position(offsetOf(root, path)),
    repeated: repeatedNames(root, position),
  };
}

type PositionFinder = (offset: number) => { line: number; column: number };

/** Finds the line ends once: a long file may have as many problems as lines. */
function positionFinder(text: string): PositionFinder {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const line = bisectRight(starts, offset);
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}

const EMPTY = { path: '', value: undefined, message: 'is empty.' };

const SYNTAX: Partial<Record<string, string>> = {
  PropertyNameExpected: 'a name in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  CloseBraceExpected: 'a closing brace }',
  CloseBracketExpected: 'a closing bracket ]',
  EndOfFileExpected: 'the end of the file',
  InvalidSymbol: 'double quotes around names and text',
  UnexpectedEndOfString: 'a closing double quote',
  UnexpectedEndOfComment: 'the end of the comment',
};

/** Only the first problem of a line, because the rest mostly follows from it. */
function syntaxProblems(text: string, errors: readonly ParseError[], position: PositionFinder): Problem[] {
  const problems = errors.map(({ error, offset, length }) => ({
    path: '',
    ...position(offset),
    value: text.slice(offset, offset + length) || undefined,
    expected: ['valid JSON', SYNTAX[printParseErrorCode(error)] ?? []].flat().join(': '),
  }));
  return problems.filter((problem, index) => problem.line !== problems[index - 1]?.line);
}

/** The offset of the value's name, if it has one. */
function offsetOf(root: Node, path: readonly Step[]): number {
  let node = root;
  for (const step of path) {
    const next = childAt(node, step);
    if (next === undefined) break;
    node = next;
  }
  return node.parent?.type === 'property' ? node.parent.offset : node.offset;
}

/** The last of repeated names, as in the value. */
function childAt(node: Node, step: Step): Node | undefined {
  if (typeof step === 'number') return node.children?.[step];
  return node.children?.findLast((property) => nameOf(property) === step)?.children?.[1];
}

function nameOf(property: Node): unknown {
  return property.children?.[0]?.value;
}

function repeatedNames(node: Node, position: PositionFinder, path: readonly Step[] = []): Problem[] {
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
    if (!first) return below;
    const expected = `each name once in an object; line ${position(first.offset).line} has it already`;
    const again = { path: pathText([...path, name]), ...position(property.offset), value: name, expected };
    return [again, ...below];
  });
}

/** `['overrides', 1, 'rules', 'mode']` → `overrides[1].rules.mode` */
export function pathText(path: readonly Step[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}
