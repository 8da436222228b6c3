import type { IAMClient } from '@aws-sdk/client-iam';

import type { Config } from '../config/schema.ts';
import { readRole, type DeployedRole } from '../aws/iam/role.ts';
import { boundaryArn, deploymentNames, isDeployable, type DeployableConfig } from '../deployment/names.ts';
import { compareDocuments, type DocumentDifferences } from '../deployment/compare-documents.ts';
import { memberAccess, memberPermissions, memberTrust } from '../deployment/member-role.ts';
import type { TargetAccount } from '../targets/target.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, problem, type Diagnosis, type Finding } from './finding.ts';

/** Whether the role in which an account is entered is one that `npm run deploy` makes. Pure. */
export function isDeployedRole({ settings }: TargetAccount, config: Config): config is DeployableConfig {
  const { name, path } = settings.rotationRole;
  return isDeployable(config) && name === config.rotationRole.name && path === config.rotationRole.path;
}

/**
 * Whether the rotation role of an account is what `npm run deploy` would make; no finding where it is, or where the role is
 * not of its making. docs/adr/0009-the-role-reads-itself.md
 */
export async function checkRole(
  iam: IAMClient,
  target: TargetAccount,
  { config, deadline }: Pick<DoctorContext, 'config' | 'deadline'>,
): Promise<Finding[]> {
  const { account, settings } = target;
  const { name } = settings.rotationRole;
  if (!isDeployedRole(target, config)) return [];
  const place = accountSubject(account);
  try {
    const role = await readRole(iam, name, deadline.reading);
    return differences(role, account.id, config).map((complaint) => problem('role', place, complaint));
  } catch (error) {
    return [inconclusive('role', place, `whether role ${name} is what would be deployed`, error)];
  }
}

/** What is other in a role than it would be deployed. Pure. */
export function differences(role: DeployedRole, accountId: string, config: DeployableConfig): Diagnosis[] {
  const { name } = config.rotationRole;
  const { partition } = deploymentNames(config.deployment);
  const permissions = memberPermissions(memberAccess(config, partition, accountId));
  const inPolicy = compareDocuments([permissions], role.inline);
  const inTrust = compareDocuments([memberTrust(config)], [role.trust]);
  const boundary = boundaryArn(config, accountId);
  return [
    ...wider(name, inPolicy, role.attached),
    ...narrower(name, inPolicy),
    ...unprotected(name, inPolicy),
    ...otherTrust(name, inTrust),
    ...(role.permissionsBoundary === boundary
      ? []
      : [otherBoundary(name, role.permissionsBoundary, boundary)]),
  ];
}

const REDEPLOY = 'Find out who changed it, then put it back: npm run deploy (docs/doctor.md#role).';

function wider(name: string, { added }: DocumentDifferences, attached: readonly string[]): Diagnosis[] {
  const extra = [...added.filter((line) => line.startsWith('Allow')), ...attached];
  if (extra.length === 0) return [];
  return [
    {
      summary: `role ${name} may do more than was deployed`,
      impact: 'Whoever gets into the rotator, or is one of deployment.operators, can do that in the account.',
      fix: REDEPLOY,
      detail: some(extra),
    },
  ];
}

/** A denial more is a right less. */
function narrower(name: string, { added, missing }: DocumentDifferences): Diagnosis[] {
  const lost = [
    ...missing.filter((line) => line.startsWith('Allow')),
    ...added.filter((line) => line.startsWith('Deny')),
  ];
  if (lost.length === 0) return [];
  return [
    {
      summary: `role ${name} may do less than this accounts.json needs`,
      impact: 'The sweep reads or writes less than it should there, and the run is incomplete.',
      fix: 'Deploy what changed in accounts.json: npm run deploy (docs/doctor.md#role).',
      detail: some(lost),
    },
  ];
}

function unprotected(name: string, { missing }: DocumentDifferences): Diagnosis[] {
  const lost = missing.filter((line) => line.startsWith('Deny'));
  if (lost.length === 0) return [];
  return [
    {
      summary: `role ${name} lacks the denial that protects exempt users`,
      impact: 'Only the code then keeps the keys of users with the exempt tag.',
      fix: REDEPLOY,
      detail: some(lost),
    },
  ];
}

function otherTrust(name: string, { added, missing }: DocumentDifferences): Diagnosis[] {
  if (added.length + missing.length === 0) return [];
  const lines = [...added.map((line) => `there: ${line}`), ...missing.map((line) => `not there: ${line}`)];
  return [
    {
      summary: `role ${name} trusts others than was deployed`,
      impact: 'Somebody else may enter the account through it, or the rotator may not.',
      fix: REDEPLOY,
      detail: lines.join('; '),
    },
  ];
}

function otherBoundary(name: string, actual: string | undefined, expected: string | undefined): Diagnosis {
  return {
    summary: `role ${name} has another permissions boundary than was deployed`,
    impact: 'It may then do more, or less, than this accounts.json says.',
    fix: REDEPLOY,
    detail: `there: ${actual ?? 'none'}; deployed: ${expected ?? 'none'}`,
  };
}

const SHOWN = 4;

function some(lines: readonly string[]): string {
  const rest = lines.length - SHOWN;
  return `${lines.slice(0, SHOWN).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
