import type { IAMClient } from '@aws-sdk/client-iam';

import { readRole, type DeployedRole } from '../aws/iam/role.ts';
import { boundaryArn, deploymentNames, isDeployed, type DeployableConfig } from '../deployment/names.ts';
import { compareDocuments, type DocumentDifferences } from '../deployment/compare-documents.ts';
import { memberAccess, memberPermissions, memberTrust } from '../deployment/member-role.ts';
import type { TargetAccount } from '../targets/target.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, problem, type Diagnosis, type Finding } from './finding.ts';

/**
 * Compares the rotation role with what `npm run deploy` would create; roles from elsewhere are not compared.
 * docs/adr/0009-the-role-reads-itself.md
 */
export async function checkRole(
  iam: IAMClient,
  target: TargetAccount,
  { config, deadline }: Pick<DoctorContext, 'config' | 'deadline'>,
): Promise<Finding[]> {
  const { account, settings } = target;
  const { name } = settings.rotationRole;
  if (!isDeployed(settings.rotationRole, config)) return [];
  const subject = accountSubject(account);
  try {
    const role = await readRole(iam, name, deadline.reading);
    return compareRole(role, account.id, config).map((diagnosis) => problem('role', subject, diagnosis));
  } catch (error) {
    return [inconclusive('role', subject, `whether role ${name} is as deployed`, error)];
  }
}

export function compareRole(role: DeployedRole, accountId: string, config: DeployableConfig): Diagnosis[] {
  const { name } = config.rotationRole;
  const { partition } = deploymentNames(config.deployment);
  const permissions = memberPermissions(memberAccess(config, partition, accountId));
  const inPolicy = compareDocuments([permissions], role.inline);
  const inTrust = compareDocuments([memberTrust(config)], [role.trust]);
  const boundary = boundaryArn(config, accountId);
  return [
    ...extraPermissions(name, inPolicy, role.attached),
    ...missingPermissions(name, inPolicy),
    ...missingDenials(name, inPolicy),
    ...changedTrust(name, inTrust),
    ...(role.permissionsBoundary === boundary
      ? []
      : [changedBoundary(name, role.permissionsBoundary, boundary)]),
  ];
}

const REDEPLOY = 'Find out who changed it, then restore it with npm run deploy (docs/doctor.md#role).';

function extraPermissions(
  name: string,
  { added }: DocumentDifferences,
  attached: readonly string[],
): Diagnosis[] {
  const extra = [...added.filter((line) => line.startsWith('Allow')), ...attached];
  if (extra.length === 0) return [];
  return [
    {
      summary: `Role ${name} allows more than was deployed`,
      impact: 'Anyone who controls the rotator or is in deployment.operators can do that in the account.',
      fix: REDEPLOY,
      detail: firstOf(extra),
    },
  ];
}

/** An extra Deny takes a permission away too. */
function missingPermissions(name: string, { added, missing }: DocumentDifferences): Diagnosis[] {
  const lost = [
    ...missing.filter((line) => line.startsWith('Allow')),
    ...added.filter((line) => line.startsWith('Deny')),
  ];
  if (lost.length === 0) return [];
  return [
    {
      summary: `Role ${name} allows less than this accounts.json needs`,
      impact: 'The sweep cannot do all of its work in the account, so the run is incomplete.',
      fix: 'Deploy the current accounts.json: npm run deploy (docs/doctor.md#role).',
      detail: firstOf(lost),
    },
  ];
}

function missingDenials(name: string, { missing }: DocumentDifferences): Diagnosis[] {
  const lost = missing.filter((line) => line.startsWith('Deny'));
  if (lost.length === 0) return [];
  return [
    {
      summary: `Role ${name} lacks the Deny statement that protects exempt users`,
      impact: "Only keysweep's code then protects the keys of users with the exempt tag.",
      fix: REDEPLOY,
      detail: firstOf(lost),
    },
  ];
}

function changedTrust(name: string, { added, missing }: DocumentDifferences): Diagnosis[] {
  if (added.length + missing.length === 0) return [];
  const lines = [...added.map((line) => `added: ${line}`), ...missing.map((line) => `missing: ${line}`)];
  return [
    {
      summary: `The trust policy of role ${name} differs from what was deployed`,
      impact: 'Somebody else may be able to assume the role, or the rotator may not.',
      fix: REDEPLOY,
      detail: lines.join('; '),
    },
  ];
}

function changedBoundary(name: string, actual: string | undefined, expected: string | undefined): Diagnosis {
  return {
    summary: `Role ${name} has a different permissions boundary than was deployed`,
    impact: 'It may allow more, or less, than this accounts.json says.',
    fix: REDEPLOY,
    detail: `actual: ${actual ?? 'none'}; deployed: ${expected ?? 'none'}`,
  };
}

const SHOWN = 4;

function firstOf(lines: readonly string[]): string {
  const rest = lines.length - SHOWN;
  return `${lines.slice(0, SHOWN).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
