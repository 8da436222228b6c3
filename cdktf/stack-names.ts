import { type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import type { DeploymentSource } from './load-deployment.ts';

/** The ledger outlives the other stacks. */
export interface StackNames {
  readonly ledger: string;
  readonly others: readonly string[];
}

export function stackNames({ config, lock }: Pick<DeploymentSource, 'config' | 'lock'>): StackNames {
  const { ledgerStack, rotatorStack, memberRolesStack } = deploymentNames(config.deployment);
  const numbers = [...new Set(lock?.accounts.map(({ stack }) => stack))];
  const memberRoles =
    lock === undefined ? [memberRolesStack] : numbers.map((number) => directStackName(config, number));
  return { ledger: ledgerStack, others: [rotatorStack, ...memberRoles] };
}

/** 3 → keysweep-member-roles-003 */
export function directStackName({ deployment }: DeployableConfig, number: number): string {
  return `${deploymentNames(deployment).memberRolesStack}-${String(number).padStart(3, '0')}`;
}
