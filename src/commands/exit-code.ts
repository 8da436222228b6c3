import { CommanderError } from 'commander';

import { advice, systemAdvice } from '../aws/advice.ts';
import { CallFailedError, CredentialsError } from '../aws/errors.ts';
import { KeysweepError } from '../config/errors.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import type { RunVerdict } from '../ledger/record.ts';

/**
 * 0 ok, 1 incomplete or failed, 2 bad usage or configuration, 3 stopped by a limit, 4 cancelled; 5 ok with
 * due keys, if asked for.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

export const EXIT_CODES: Readonly<Record<RunVerdict, ExitCode>> = {
  ok: 0,
  incomplete: 1,
  stopped: 3,
  cancelled: 4,
};

/** Nothing was done, and a retry fails until the command line, accounts.json or the credentials change. */
export const BAD_USAGE: ReadonlySet<string> = new Set([
  'CONFIG_INVALID',
  'CREDENTIALS_INVALID',
  'LEDGER_LOCATION_INVALID',
  'PLAN_STALE',
  'ROOT_CREDENTIALS',
  'RUN_NOT_FOUND',
  'USAGE_INVALID',
  'WRONG_ORGANIZATION',
]);

export interface EndOfError {
  readonly exitCode: ExitCode;
  /** Of docs/errors.md; null for an error of Node.js, the operating system, or a defect. */
  readonly code: string | null;
  /** What happened, and what to do next. */
  readonly message: string;
}

/** The exit code of a command that threw, and why. */
export function endOfError(error: unknown): EndOfError {
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 ? 0 : 2;
    return { exitCode, code: 'USAGE_INVALID', message: error.message.replace(/^error: /, '') };
  }
  if (error instanceof CallFailedError && error.cause instanceof CredentialsError)
    return endOfError(error.cause);
  if (!(error instanceof KeysweepError)) return { exitCode: 1, code: null, message: systemMessage(error) };
  const { code } = error;
  const message = [error.message, nextStep(error)].filter((line) => line !== undefined).join('\n');
  return { exitCode: BAD_USAGE.has(code) ? 2 : 1, code, message };
}

/** For errors whose message, which is also stored or sent, does not include it. */
function nextStep(error: KeysweepError): string | undefined {
  if (error instanceof CallFailedError) return advice(error.failure);
  return error instanceof UnreadableLedgerError ? UNREADABLE_LEDGER : undefined;
}

const UNREADABLE_LEDGER =
  'keysweep does nothing with a ledger that it cannot read. Restore that object from an earlier version ' +
  'or a backup; other runs can be read.';

function systemMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const next = 'code' in error ? systemAdvice(String(error.code)) : undefined;
  return next === undefined ? `${error.name}: ${error.message}` : `${error.message}\n${next}`;
}
