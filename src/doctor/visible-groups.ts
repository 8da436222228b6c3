import pLimit from 'p-limit';

import { identifyCaller } from '../aws/caller.ts';
import type { Clients } from '../aws/clients.ts';
import { groupNames } from '../aws/iam/groups.ts';
import { openSession } from '../aws/session.ts';
import { messageOf } from '../config/errors.ts';
import { describeOrganization } from '../organization/describe.ts';
import { listAccountPages } from '../organization/list-accounts.ts';

export interface VisibleGroups {
  /** By name: in how many of the accounts that were read. */
  readonly groups: ReadonlyMap<string, number>;
  readonly accountsRead: number;
  /** Why an account could not be read: of the first. Undefined if all could. */
  readonly problem: string | undefined;
}

/** Enough to see which groups an organization has; reading all would take as long as a plan. */
const ACCOUNTS = 40;
const AT_A_TIME = 8;

/**
 * Lists the groups of some member accounts, in sessions that can do nothing else.
 * @param roleName a role that lets the caller in, such as `OrganizationAccountAccessRole`
 * @throws CallFailedError when the caller or the organization is unknown
 */
export async function visibleGroups(
  roleName: string,
  runId: string,
  clients: Clients,
  signal: AbortSignal,
): Promise<VisibleGroups> {
  const { sts, organizations } = clients;
  const { partition } = await identifyCaller(sts, signal);
  const organization = await describeOrganization(organizations, signal);
  const ids: string[] = [];
  for await (const page of listAccountPages(organizations, organization, signal)) {
    ids.push(
      ...page
        .filter(({ state, isManagementAccount }) => state === 'ACTIVE' && !isManagementAccount)
        .map(({ id }) => id),
    );
    if (ids.length >= ACCOUNTS) break;
  }
  const role = { name: roleName, path: '/' };
  const limit = pLimit(AT_A_TIME);
  const read = await limit.map(ids.slice(0, ACCOUNTS), async (accountId) => {
    try {
      const request = { partition, accountId, role, runId, purpose: { listsGroups: true } } as const;
      return await groupNames(clients.iam(await openSession(sts, request, signal), accountId), signal);
    } catch (error) {
      return messageOf(error);
    }
  });
  const groups = new Map<string, number>();
  const lists = read.filter((names) => typeof names !== 'string');
  for (const name of lists.flat()) groups.set(name, (groups.get(name) ?? 0) + 1);
  return { groups, accountsRead: lists.length, problem: read.find((text) => typeof text === 'string') };
}
