/** One problem with a file, or with a filter that names an account or OU that does not exist. */
export interface Problem {
  /** The setting, as `overrides[1].rules.mode`, or the option, as `--account`; empty: the whole file. */
  readonly path: string;
  /** Line in the file, counted from 1. */
  readonly line?: number;
  /** Column in that line, counted from 1. */
  readonly column?: number;
  /** What was found, as parsed JSON; undefined: nothing. */
  readonly value: unknown;
  /** Completes "expected …". */
  readonly expected?: string;
  /** In place of `expected`: what is wrong with the whole file. Follows its name. */
  readonly message?: string;
  /** The known name that was probably meant. */
  readonly nearest?: string;
}

/** A file of another kind may have a million. */
export const MOST_PROBLEMS = 100;

export function renderProblems(problems: readonly Problem[], fileName: string): string {
  const [first] = problems;
  if (problems.length === 1 && first?.path === '' && first.message) return `${fileName} ${first.message}`;
  const shown = problems.slice(0, MOST_PROBLEMS).map(renderProblem);
  return [`${fileName}: ${count(problems)}`, ...shown].join('\n\n');
}

function count({ length }: readonly Problem[]): string {
  if (length > MOST_PROBLEMS) return `more than ${MOST_PROBLEMS} problems; the first ${MOST_PROBLEMS}:`;
  return length === 1 ? '1 problem' : `${length} problems`;
}

function renderProblem(problem: Problem): string {
  if (problem.message !== undefined) return `  ${place(problem)} ${problem.message}`;
  const lines = [
    `  ${place(problem)}`,
    `    found     ${found(problem.value)}`,
    `    expected  ${problem.expected ?? ''}`,
  ];
  if (problem.nearest !== undefined) lines.push(`    did you mean "${problem.nearest}"?`);
  return lines.join('\n');
}

function place({ path, line, column }: Problem): string {
  const position = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`;
  return `${path === '' ? 'the file' : shortened(path)}${position}`;
}

const LONGEST = 80;

/** With its type where the quotes may be the mistake, as in "7" or "true", but not in an account ID. */
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
