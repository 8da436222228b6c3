import { CommanderError } from 'commander';

import { RootCredentialsError } from '../aws/errors.ts';
import { CallFailedError } from '../aws/errors.ts';
import { ConfigError } from '../config/errors.ts';
import {
  LedgerLocationError,
  LockHeldError,
  UnreadableLedgerError,
  RunIdTakenError,
  RunReferenceError,
} from '../ledger/errors.ts';
import type { RunVerdict } from '../ledger/record.ts';
import { advice, systemAdvice } from '../aws/advice.ts';
import { OtherOrganizationError, StalePlanError } from '../sweep/errors.ts';
import { UsageError } from './errors.ts';

/** What a script reads. 0 ok, 1 incomplete or failed, 2 bad usage or configuration, 3 stopped by a limit. */
export type ExitCode = 0 | 1 | 2 | 3;

export const EXIT_CODES: Readonly<Record<RunVerdict, ExitCode>> = { ok: 0, incomplete: 1, stopped: 3 };

/** What a command that threw ends with, and what it says: what happened, where, and what to do. */
export function endOfError(error: unknown): { readonly exitCode: ExitCode; readonly message: string } {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, message: '' };
  if (isUsage(error)) return { exitCode: 2, message: error.message };
  if (error instanceof CallFailedError) {
    const next = advice(error.failure);
    return { exitCode: 1, message: next === undefined ? error.message : `${error.message}\n${next}` };
  }
  return { exitCode: 1, message: messageOf(error) };
}

/** Ours tell what happened, where and what to do; the name of any other may be all that it has to tell. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UnreadableLedgerError) return `${error.message}\n${UNREADABLE_LEDGER}`;
  const ours = [LockHeldError, RunIdTakenError];
  if (ours.some((type) => error instanceof type)) return error.message;
  const next = 'code' in error ? systemAdvice(String(error.code)) : undefined;
  return next === undefined ? `${error.name}: ${error.message}` : `${error.message}\n${next}`;
}

const UNREADABLE_LEDGER =
  'Nothing is done on a ledger that cannot be believed. Bring that object back from an earlier version or a copy; other runs can be read.';

function isUsage(error: unknown): error is Error {
  return [
    ConfigError,
    LedgerLocationError,
    OtherOrganizationError,
    RootCredentialsError,
    RunReferenceError,
    StalePlanError,
    UsageError,
  ].some((type) => error instanceof type);
}
