import type { Failure } from '../aws/failure.ts';
import { failureOf } from '../aws/calling.ts';
import { advice } from '../aws/advice.ts';
import { unknown, type Check, type Finding, type Subject } from './finding.ts';

/**
 * Says of a look that failed that it failed, and nothing else: neither that all is well nor that it is not.
 * @param what is not known because of it, such as `whether trusted access is activated`
 */
export function inconclusive(check: Check, place: Subject, what: string, error: unknown): Finding {
  const failure = failureOf('keysweep', error);
  return unknown(check, place, {
    summary: `${what} cannot be told: ${reasonOf(failure)}`,
    impact: 'What nobody could look at may be right or wrong.',
    fix: fixFor(failure),
    detail: failure.message,
  });
}

function reasonOf({ kind, call, code }: Failure): string {
  return kind === 'denied' ? `not allowed to look (${call})` : `${call} failed with ${code}`;
}

function fixFor(failure: Failure): string {
  if (failure.kind === 'denied')
    return `Allow ${failure.call} to whoever runs doctor: docs/doctor.md has a policy that only reads.`;
  return advice(failure) ?? 'Run doctor again; if it stays so, the detail in --json is what AWS says.';
}
