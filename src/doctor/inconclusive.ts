import type { Failure } from '../aws/failure.ts';
import { failureOf } from '../aws/calling.ts';
import { advice } from '../aws/advice.ts';
import { unknown, type Check, type Finding, type Subject } from './finding.ts';

/**
 * A check that failed: its result is neither good nor bad.
 * @param question such as `whether the Lambda exists`
 */
export function inconclusive(check: Check, place: Subject, question: string, error: unknown): Finding {
  const failure = failureOf('keysweep', error);
  return unknown(check, place, {
    summary: `Could not check ${question}: ${reasonFor(failure)}`,
    impact: 'It may be fine or broken: doctor does not know.',
    fix: fixFor(failure),
    detail: failure.message,
  });
}

function reasonFor({ kind, call, code }: Failure): string {
  return kind === 'denied' ? `access denied (${call})` : `${call} failed with ${code}`;
}

function fixFor(failure: Failure): string {
  if (failure.kind === 'denied')
    return `Allow ${failure.call} for the role that runs doctor: docs/doctor.md has a read-only policy.`;
  return retryAdvice(failure);
}

export function retryAdvice(failure: Failure): string {
  return advice(failure) ?? "Run doctor again. If it persists, the detail in --json is AWS's message.";
}
