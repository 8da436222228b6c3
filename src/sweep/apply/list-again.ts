import type { ListedAccount } from '../../organization/account.ts';
import { listAccountPages } from '../../organization/list-accounts.ts';
import { isAging } from '../decision-age.ts';
import type { RunContext } from '../run-context.ts';

/** What a page says, and when that page was asked for. */
type OnPage = readonly [account: ListedAccount, at: Date];

export interface AccountPages {
  /** Never rejects. @returns undefined: no list has it, so ask for it by itself */
  readonly find: (accountId: string) => Promise<OnPage | undefined>;
  readonly close: () => Promise<unknown>;
}

/**
 * Lists the organization again, a page at a time, and only while an account is asked for that no page has, or
 * had too long ago. What a page said of an account stays true if the list fails later; who is asked for after
 * that is not listed.
 */
export function listAgain(context: RunContext, signal: AbortSignal): AccountPages {
  const { clients, organization, now } = context;
  const lists = { begun: 0, ended: 0, failed: false };
  let pages: ReturnType<typeof listAccountPages> | undefined;
  let listed = new Map<string, OnPage>();
  let reading: Promise<unknown> | undefined;

  const readPage = async (): Promise<void> => {
    if (!pages) {
      pages = listAccountPages(clients.organizations, organization, signal);
      // Who is not in the new list must not be found in the one before.
      listed = new Map();
      lists.begun += 1;
    }
    const at = now();
    const page = await pages.next();
    if (page.done !== true) for (const account of page.value) listed.set(account.id, [account, at]);
    else [pages, lists.ended] = [undefined, lists.begun];
  };
  const find = async (accountId: string): Promise<OnPage | undefined> => {
    const { begun } = lists;
    while (!lists.failed) {
      const found = listed.get(accountId);
      if (found && !isAging(found[1], context)) return found;
      if (lists.ended > begun || (lists.ended > 0 && !pages && !found)) return undefined;
      reading ??= readPage()
        .catch(() => (lists.failed = true))
        .then(() => (reading = undefined));
      await reading;
    }
    return undefined;
  };
  return { find, close: () => Promise.resolve(pages?.return(undefined)) };
}
