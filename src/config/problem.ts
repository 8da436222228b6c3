/** One thing that is wrong with accounts.json, or with a filter that names what does not exist. */
export interface Problem {
  /** The setting, such as `overrides[1].rules.mode`, or the option, such as `--account`; empty: the file as a whole. */
  readonly path: string;
  /** Line in the file, counted from 1; absent where the problem has no place there. */
  readonly line?: number;
  /** Column in that line, counted from 1. */
  readonly column?: number;
  /** What was found, as parsed JSON; undefined: nothing was there. */
  readonly value: unknown;
  /** What should have been there; completes "expected …". */
  readonly expected: string;
  /** The known name that comes nearest to what was found, where one is near enough to be meant. */
  readonly nearest?: string;
}

/** Nobody reads more at once, and a file of another kind may hold a million. */
export const MOST_PROBLEMS = 100;

/** The problems as text, one block each: where, what was found, what was expected, what may have been meant. */
export function renderProblems(problems: readonly Problem[], fileName: string): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map(renderProblem);
  return [`${fileName}: ${count(problems)}`, ...shown].join('\n\n');
}

function count({ length }: readonly Problem[]): string {
  if (length > MOST_PROBLEMS) return `more than ${MOST_PROBLEMS} problems; the first ${MOST_PROBLEMS}:`;
  return length === 1 ? '1 problem' : `${length} problems`;
}

function renderProblem(problem: Problem): string {
  const lines = [
    `  ${place(problem)}`,
    `    found     ${found(problem.value)}`,
    `    expected  ${problem.expected}`,
  ];
  if (problem.nearest !== undefined) lines.push(`    did you mean "${problem.nearest}"?`);
  return lines.join('\n');
}

function place({ path, line, column }: Problem): string {
  const setting = path === '' ? 'the file' : shortened(path);
  return line === undefined ? setting : `${setting} (line ${line}, column ${column ?? 1})`;
}

const LONGEST = 80;

/** With its type where the quotes may be the mistake: "7" is not 7 and "true" is not true; an account id is a string. */
function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === Infinity || value === -Infinity) return 'a number that is too large';
  const short = shortened(JSON.stringify(value));
  return typeof value === 'string' && /^(?!\d{12}$)(-?\d+(\.\d+)?|true|false|null)$/.test(value)
    ? `${short} (a string)`
    : short;
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
