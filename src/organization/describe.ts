import { DescribeOrganizationCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';

import { calling, invalidResponse } from '../aws/calling.ts';

export interface Organization {
  readonly id: string;
  readonly managementAccountId: string;
}

const CALL = 'organizations:DescribeOrganization';

/** The caller's organization; any member account may call this. @throws CallFailedError */
export async function describeOrganization(
  client: OrganizationsClient,
  signal: AbortSignal,
): Promise<Organization> {
  const { Organization: found } = await calling(
    CALL,
    client.send(new DescribeOrganizationCommand({}), { abortSignal: signal }),
  );
  // MasterAccountId is AWS's spelling of the management account.
  if (!found?.Id || !found.MasterAccountId)
    throw invalidResponse(CALL, 'IncompleteAnswer', 'the response has no organization');
  return { id: found.Id, managementAccountId: found.MasterAccountId };
}
