import {
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedAdministrators,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';

import { completeList } from '../aws/complete-list.ts';

/**
 * Service principals that have trusted access to the organization. Management account and delegated administrators only.
 * @throws CallFailedError
 */
export async function trustedServices(
  client: OrganizationsClient,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const services = new Set<string>();
  const pages = paginateListAWSServiceAccessForOrganization({ client }, {}, { abortSignal: signal });
  for await (const page of completeList(
    'organizations:ListAWSServiceAccessForOrganization',
    pages,
    (answer) => ({ token: answer.NextToken }),
  ))
    for (const { ServicePrincipal: name } of page.EnabledServicePrincipals ?? [])
      if (name !== undefined) services.add(name);
  return services;
}

/**
 * Accounts that may administer a service for the organization.
 * @throws CallFailedError
 */
export async function delegatedAdministrators(
  client: OrganizationsClient,
  servicePrincipal: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const accounts = new Set<string>();
  const input = { ServicePrincipal: servicePrincipal };
  const pages = paginateListDelegatedAdministrators({ client }, input, { abortSignal: signal });
  for await (const page of completeList('organizations:ListDelegatedAdministrators', pages, (answer) => ({
    token: answer.NextToken,
  })))
    for (const { Id: id } of page.DelegatedAdministrators ?? []) if (id !== undefined) accounts.add(id);
  return accounts;
}
