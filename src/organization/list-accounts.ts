import { paginateListAccounts, type Account, type OrganizationsClient } from '@aws-sdk/client-organizations';

import { invalidResponse } from '../aws/calling.ts';
import { byNextToken, completeList } from '../aws/complete-list.ts';
import type { ListedAccount } from './account.ts';
import type { Organization } from './describe.ts';

const CALL = 'organizations:ListAccounts';

/**
 * Every account of the organization, page by page, so that planning can begin early; write nothing before the
 * last page. A list without the management account is incomplete: AWS may send an empty one to an account
 * without delegation.
 * @throws CallFailedError when a page fails, an account has no ID or is listed twice, or the list is
 *   incomplete
 */
export async function* listAccountPages(
  client: OrganizationsClient,
  { managementAccountId }: Organization,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedAccount[]> {
  const seen = new Set<string>();
  const pages = paginateListAccounts({ client, pageSize: 20 }, {}, { abortSignal: signal });
  for await (const page of completeList(CALL, pages, byNextToken)) {
    if (!page.Accounts) throw invalidResponse(CALL, 'IncompleteAnswer', 'a page has no list of accounts');
    const accounts = page.Accounts.map((listed) => listedAccount(listed, managementAccountId));
    for (const { id } of accounts) {
      if (seen.has(id)) throw invalidResponse(CALL, 'AccountListedTwice', `account ${id} is listed twice`);
      seen.add(id);
    }
    yield accounts;
  }
  if (!seen.has(managementAccountId)) {
    throw invalidResponse(
      CALL,
      'IncompleteList',
      `the list has ${seen.size} accounts, without the management account ${managementAccountId}. ` +
        'Run keysweep in the management account or in a delegated administrator account.',
    );
  }
}

export function listedAccount(account: Account, managementAccountId: string): ListedAccount {
  const { Id: id, Name: name, Paths: paths } = account;
  if (!id || !/^\d{12}$/.test(id))
    throw invalidResponse(CALL, 'IncompleteAnswer', `an account has the ID ${id ?? '(none)'}`);
  // `Status` is retired since 2026-09-09; an older endpoint may send nothing else.
  const state: string = account.State ?? account.Status ?? 'UNKNOWN';
  return {
    id,
    name: name ?? '',
    state,
    isManagementAccount: id === managementAccountId,
    ...(paths && { paths }),
  };
}
