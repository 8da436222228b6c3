import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { SandboxUser } from '../../sandbox/organization/entities.ts';
import type { Site } from './site.ts';
import { DUE, organizationOfCell, PAYMENTS } from './world.ts';

/** What somebody does while a sweep runs. */
export interface Change {
  readonly make: (organization: SandboxOrganization) => void;
  /** The keys, as `account/user`, that are due no more. */
  readonly spares: readonly string[];
}

const ofAccount = (account: string): readonly string[] => DUE.filter((key) => key.startsWith(`${account}/`));

/** What makes the answer that a call got before it untrue; undefined where that is nobody's business. */
export function changeAt({ call, aim }: Site): Change | undefined {
  const { account = PAYMENTS } = aim;
  const {
    UserName: userName = '',
    GroupName: groupName = '',
    ResourceId: resource = PAYMENTS,
  } = aim.where ?? {};
  const spares = DUE.filter((key) => key === `${account}/${groupName === '' ? userName : 'ada'}`);
  switch (call) {
    case 'ListAccounts':
      return {
        make: (organization) => Object.assign(organization.account(account), { state: 'SUSPENDED' }),
        spares: ofAccount(account),
      };
    case 'ListAccountsForParent':
      return isOfWorkloads(aim) ? { make: moveAway, spares: ofAccount(PAYMENTS) } : undefined;
    case 'GetResources':
    case 'ListTagsForResource':
      return {
        make: (organization) => organization.tagAccount(resource, { keysweep: 'opt-out' }),
        spares: ofAccount(resource),
      };
    case 'GetGroup':
      return { make: (organization) => regroup(organization.account(account), groupName), spares };
    default: {
      const change = OF_USER[call];
      if (!change || spares.length === 0) return undefined;
      return { make: (organization) => change(organization.user(account, userName)), spares };
    }
  }
}

const OF_USER: Readonly<Record<string, (user: SandboxUser) => void>> = {
  ListAccessKeys: ({ keys }) => {
    for (const key of keys) key.status = key.status === 'Active' ? 'Inactive' : 'Active';
  },
  ListUserTags: (user) => {
    user.tags = new Map([['keysweep', 'exempt']]);
  },
  GetLoginProfile: (user) => {
    user.login = undefined;
  },
};

const workloads = ({ root }: SandboxOrganization) =>
  root.units.list().find(({ name }) => name === 'Workloads');

function isOfWorkloads({ where }: Site['aim']): boolean {
  return where?.ParentId === workloads(organizationOfCell())?.id;
}

function moveAway(organization: SandboxOrganization): void {
  const elsewhere = organization.root.units.list().find(({ name }) => name === 'Elsewhere');
  organization.moveAccount(PAYMENTS, elsewhere ?? organization.root);
}

/** ada leaves the group to sweep, or joins the one that is exempt. */
function regroup(account: SandboxAccount, groupName: string): void {
  const [ada, group] = [account.user('ada'), account.group(groupName)];
  if (ada.groups.includes(group)) account.leave(ada, group);
  else account.join(ada, group);
}
