import type { IAMClient } from '@aws-sdk/client-iam';

import { hasConsoleAccess } from '../../aws/iam/user-facts.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { hasMachineName, type MachineUser } from '../../rules/machine-user.ts';
import type { TargetAccount } from '../../targets/target.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Whether a user with due keys may be a machine. Reads console access only in a plan, where no rule has read
 * it: a sweep makes no call that no decision needs. Never rejects: this is only a hint.
 * docs/adr/0011-machine-users.md
 * @returns at most one
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
