import type { SandboxOrganization } from '../organization/organization.ts';
import type { OrganizationalUnit } from '../organization/organizational-unit.ts';
import { TEAMS } from './names.ts';
import type { Random } from './random.ts';

/*
 * OUs as AWS recommends them.
 * https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/recommended-ous-and-accounts.html
 */
export interface Tree {
  readonly production: OrganizationalUnit;
  readonly regulated: OrganizationalUnit;
  readonly test: OrganizationalUnit;
  readonly sandbox: OrganizationalUnit;
  readonly security: OrganizationalUnit;
  readonly suspended: OrganizationalUnit;
}

export function createTree(organization: SandboxOrganization): Tree {
  const workloads = organization.addOrganizationalUnit('Workloads');
  const production = organization.addOrganizationalUnit('Prod', workloads);
  return {
    production,
    regulated: organization.addOrganizationalUnit('Regulated', production),
    test: organization.addOrganizationalUnit('Test', workloads),
    sandbox: organization.addOrganizationalUnit('Sandbox'),
    security: organization.addOrganizationalUnit('Security'),
    suspended: organization.addOrganizationalUnit('Suspended'),
  };
}

export interface Placement {
  readonly name: string;
  readonly parent: OrganizationalUnit;
}

/** Each team has three accounts; every tenth account is a shared one. */
export function placementOf(tree: Tree, number: number, random: Random): Placement {
  const round = Math.floor(number / 10);
  if (number % 10 === 9) return sharedAccount(tree, round);
  const team = TEAMS[Math.floor((number - round) / 3) % TEAMS.length] ?? TEAMS[0];
  const repetition = Math.floor((number - round) / 3 / TEAMS.length);
  const name = repetition === 0 ? team : `${team}-${repetition + 1}`;
  switch ((number - round) % 3) {
    case 0:
      return { name: `${name}-prod`, parent: random.chance(0.15) ? tree.regulated : tree.production };
    case 1:
      return { name: `${name}-test`, parent: tree.test };
    default:
      return { name: `${name}-sandbox`, parent: tree.sandbox };
  }
}

function sharedAccount(tree: Tree, round: number): Placement {
  const names = ['log-archive', 'audit', 'security-tooling', 'forensics'];
  const name = names[round] ?? `security-${round + 1}`;
  return { name, parent: tree.security };
}
