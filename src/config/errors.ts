import { renderProblems, type Problem } from './problem.ts';

/** An error that keysweep explains. Its message says what happened, to what, and what to do next. */
export abstract class KeysweepError extends Error {
  /** Written out, since the bundle is minified: what Lambda and Step Functions call the error. */
  abstract override readonly name: string;
  /** Stays the same in every version; docs/errors.md has a section for each. */
  abstract readonly code: string;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Every problem with a configuration; the message lists them. */
export class ConfigError extends KeysweepError {
  override readonly name = 'ConfigError';
  override readonly code = 'CONFIG_INVALID';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], fileName: string, options?: ErrorOptions) {
    super(renderProblems(problems, fileName), options);
    this.problems = problems;
  }
}

/** keysweep cannot compute when this schedule fires. */
export class ScheduleError extends KeysweepError {
  override readonly name = 'ScheduleError';
  override readonly code = 'SCHEDULE_INVALID';
}
