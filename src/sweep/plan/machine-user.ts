import type { IAMClient } from '@aws-sdk/client-iam';

import { hasConsoleAccess } from '../../aws/iam/user-facts.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { hasMachineName, type MachineUser } from '../../rules/machine-user.ts';
import type { TargetAccount } from '../../targets/target.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Whether a user whose keys are due may be a machine. Only a plan asks AWS for it, and only where no rule has asked already:
 * a sweep makes no call that no decision needs. docs/adr/0011-machine-users.md
 * @returns at most one; never rejects, for a hint that cannot be had is no reason to leave a user out
 */
export async function machineUser(
  iam: IAMClient,
  userName: string,
  decisions: readonly KeyDecision[],
  { settings }: TargetAccount,
  { mode, deadline }: RunContext,
): Promise<MachineUser[]> {
  if (decisions.every(({ action }) => action === 'keep')) return [];
  if (mode === 'plan' && settings.rules.users === 'all') {
    const hasAccess = await hasConsoleAccess(iam, userName, deadline.reading).catch(() => undefined);
    if (hasAccess === undefined) return [{ userName, sign: 'console-access-unknown' }];
    if (!hasAccess) return [{ userName, sign: 'no-console-access' }];
  }
  return hasMachineName(userName) ? [{ userName, sign: 'name' }] : [];
}
