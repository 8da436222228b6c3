import type { IAMClient } from '@aws-sdk/client-iam';

import { readRole, type DeployedRole } from '../aws/iam/role.ts';
import { boundaryArn, deploymentNames, isDeployed, type DeployableConfig } from '../deployment/names.ts';
import { compareDocuments } from '../deployment/compare-documents.ts';
import { memberPermissions, memberTrust } from '../deployment/member-role.ts';
import type { TargetAccount } from '../targets/target.ts';
import { inconclusive } from './inconclusive.ts';
import type { DoctorContext } from './context.ts';
import { accountSubject, problemIf, type Finding } from './finding.ts';

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
    return compareRole(role, account, config);
  } catch (error) {
    return [inconclusive('role', subject, `whether role ${name} is as deployed`, error)];
  }
}

const REDEPLOY = 'Find out who changed it, then restore it with npm run deploy (docs/doctor.md#role).';

function compareRole(
  role: DeployedRole,
  account: TargetAccount['account'],
  config: DeployableConfig,
): Finding[] {
  const { name } = config.rotationRole;
  const { partition } = deploymentNames(config.deployment);
  const policy = compareDocuments([memberPermissions(config, partition, account.id)], role.inline);
  const trust = compareDocuments([memberTrust(config)], [role.trust]);
  const boundary = boundaryArn(config, account.id);
  const only = (effect: string, lines: readonly string[]) => lines.filter((line) => line.startsWith(effect));
  const extra = [...only('Allow', policy.added), ...role.attached];
  // An extra Deny takes a permission away too.
  const lost = [...only('Allow', policy.missing), ...only('Deny', policy.added)];
  const undenied = only('Deny', policy.missing);
  const trusts = [
    ...trust.added.map((line) => `added: ${line}`),
    ...trust.missing.map((line) => `missing: ${line}`),
  ];
  const subject = accountSubject(account);
  return [
    ...problemIf(extra.length > 0, 'role', subject, {
      summary: `Role ${name} allows more than was deployed`,
      impact: 'Anyone who controls the rotator or is in deployment.operators can do that in the account.',
      fix: REDEPLOY,
      detail: firstOf(extra),
    }),
    ...problemIf(lost.length > 0, 'role', subject, {
      summary: `Role ${name} allows less than this accounts.json needs`,
      impact: 'The sweep cannot do all of its work in the account, so the run is incomplete.',
      fix: 'Deploy the current accounts.json: npm run deploy (docs/doctor.md#role).',
      detail: firstOf(lost),
    }),
    ...problemIf(undenied.length > 0, 'role', subject, {
      summary: `Role ${name} lacks the Deny statement that protects exempt users`,
      impact: "Only keysweep's code then protects the keys of users with the exempt tag.",
      fix: REDEPLOY,
      detail: firstOf(undenied),
    }),
    ...problemIf(trusts.length > 0, 'role', subject, {
      summary: `The trust policy of role ${name} differs from what was deployed`,
      impact: 'Somebody else may be able to assume the role, or the rotator may not.',
      fix: REDEPLOY,
      detail: trusts.join('; '),
    }),
    ...problemIf(role.permissionsBoundary !== boundary, 'role', subject, {
      summary: `Role ${name} has a different permissions boundary than was deployed`,
      impact: 'It may allow more, or less, than this accounts.json says.',
      fix: REDEPLOY,
      detail: `actual: ${role.permissionsBoundary ?? 'none'}; deployed: ${boundary ?? 'none'}`,
    }),
  ];
}

const SHOWN = 4;

function firstOf(lines: readonly string[]): string {
  const rest = lines.length - SHOWN;
  return `${lines.slice(0, SHOWN).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
