import type { IAMClient } from '@aws-sdk/client-iam';

import type { SessionPurpose } from '../aws/session-policy.ts';
import { sourceIdentityOf } from '../aws/caller.ts';
import { openSession } from '../aws/session.ts';
import { isDeployed } from '../deployment/names.ts';
import type { RunMode } from '../ledger/record.ts';
import type { TargetAccount } from '../targets/target.ts';
import type { RunContext } from './run-context.ts';

/** @throws CallFailedError */
export async function openAccountSession(
  { account, settings }: TargetAccount,
  purpose: SessionPurpose,
  context: Pick<RunContext, 'clients' | 'caller' | 'config' | 'runId'> & { readonly mode?: RunMode },
  signal: AbortSignal,
): Promise<IAMClient> {
  const { clients, caller, config, runId, mode } = context;
  const role = settings.rotationRole;
  const request = {
    partition: caller.partition,
    accountId: account.id,
    role,
    runId,
    purpose,
    undo: mode === 'undo',
    // A role of another origin, such as OrganizationAccountAccessRole, does not let the caller set it.
    sourceIdentity: isDeployed(role, config) ? sourceIdentityOf(caller.arn) : undefined,
  };
  return clients.iam(await openSession(clients.sts, request, signal), account.id);
}
