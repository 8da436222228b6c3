import type { AccountFinished } from '../ledger/record.ts';
import type { AccountEnd } from './outcome.ts';
import type { RunContext } from './run-context.ts';

/** Stores how an account ended; every account that was listed comes here once. @throws the ledger's error */
export async function finishAccount(
  accountId: string,
  end: AccountEnd,
  context: RunContext,
): Promise<AccountFinished> {
  const finished = accountFinished(accountId, end, context.now());
  await context.log.append([finished]);
  return finished;
}

/** The record of it. */
export function accountFinished(accountId: string, end: AccountEnd, at: Date): AccountFinished {
  return { type: 'account-finished', at: at.toISOString(), accountId, ...end };
}
