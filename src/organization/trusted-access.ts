import {
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedAdministrators,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';

import { byNextToken, completeList } from '../aws/complete-list.ts';

/** Service principals with trusted access to the organization. @throws CallFailedError */
export async function trustedServices(
  client: OrganizationsClient,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const services = new Set<string>();
  const pages = paginateListAWSServiceAccessForOrganization({ client }, {}, { abortSignal: signal });
  const call = 'organizations:ListAWSServiceAccessForOrganization';
  for await (const page of completeList(call, pages, byNextToken))
    for (const { ServicePrincipal: name } of page.EnabledServicePrincipals ?? [])
      if (name !== undefined) services.add(name);
  return services;
}

/** Accounts that may administer a service for the organization. @throws CallFailedError */
export async function delegatedAdministrators(
  client: OrganizationsClient,
  servicePrincipal: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const accounts = new Set<string>();
  const input = { ServicePrincipal: servicePrincipal };
  const pages = paginateListDelegatedAdministrators({ client }, input, { abortSignal: signal });
  for await (const page of completeList('organizations:ListDelegatedAdministrators', pages, byNextToken))
    for (const { Id: id } of page.DelegatedAdministrators ?? []) if (id !== undefined) accounts.add(id);
  return accounts;
}
