import { paginateListAccounts, type Account, type OrganizationsClient } from '@aws-sdk/client-organizations';

import { nonsense } from '../calls/failure.ts';
import { wholeList } from '../calls/whole-list.ts';
import type { OrganizationAccount } from './account.ts';
import type { Organization } from './describe.ts';

const CALL = 'organizations:ListAccounts';

/**
 * Every account of the organization. A list without the management account, which is always a member, is not the whole
 * list: a member account without delegation may be answered with an empty one.
 * @throws CallFailedError when a page fails, an account has no id or comes twice, or the list cannot be whole
 */
export async function listAccounts(
  client: OrganizationsClient,
  { managementAccountId }: Organization,
  signal: AbortSignal,
): Promise<readonly OrganizationAccount[]> {
  const accounts = new Map<string, OrganizationAccount>();
  const pages = paginateListAccounts({ client, pageSize: 20 }, {}, { abortSignal: signal });
  for await (const page of wholeList(CALL, pages, (answer) => ({ token: answer.NextToken }))) {
    if (!page.Accounts) throw nonsense(CALL, 'IncompleteAnswer', 'a page holds no list of accounts');
    for (const listed of page.Accounts) {
      const account = organizationAccount(listed, managementAccountId);
      if (accounts.has(account.id))
        throw nonsense(CALL, 'AccountListedTwice', `account ${account.id} is listed twice`);
      accounts.set(account.id, account);
    }
  }
  if (!accounts.has(managementAccountId)) {
    throw nonsense(
      CALL,
      'IncompleteList',
      `${accounts.size} accounts were listed and the management account ${managementAccountId} is not among them. ` +
        'Run keysweep in the management account or in a delegated administrator account.',
    );
  }
  return [...accounts.values()];
}

function organizationAccount(account: Account, managementAccountId: string): OrganizationAccount {
  const { Id: id, Name: name } = account;
  if (!id || !/^\d{12}$/.test(id))
    throw nonsense(CALL, 'IncompleteAnswer', `an account has the id ${id ?? '(none)'}`);
  // `Status` is retired since 2026-09-09; an older endpoint may know nothing else.
  const state: string = account.State ?? account.Status ?? 'UNKNOWN';
  return { id, name: name ?? '', state, isManagementAccount: id === managementAccountId };
}
