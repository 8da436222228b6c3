import type { AccountFinished } from '../ledger/record.ts';
import type { AccountEnd } from './outcome.ts';
import type { RunContext } from './run-context.ts';

/** Stores how an account ended; every account that was listed comes here once. @throws the ledger's error */
export async function finishAccount(
  accountId: string,
  end: AccountEnd,
  { log, now }: RunContext,
): Promise<AccountFinished> {
  const finished: AccountFinished = { type: 'account-finished', at: now().toISOString(), accountId, ...end };
  await log.append([finished]);
  return finished;
}
