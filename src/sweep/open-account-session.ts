import type { IAMClient } from '@aws-sdk/client-iam';

import type { SessionPurpose } from '../aws/session-policy.ts';
import { openSession } from '../aws/session.ts';
import type { TargetAccount } from '../targets/target.ts';
import type { RunContext } from './run-context.ts';

/** @throws CallFailedError */
export async function openAccountSession(
  { account, settings }: TargetAccount,
  purpose: SessionPurpose,
  { clients, caller, runId }: Pick<RunContext, 'clients' | 'caller' | 'runId'>,
  signal: AbortSignal,
): Promise<IAMClient> {
  const { partition } = caller;
  const request = { partition, accountId: account.id, role: settings.rotationRole, runId, purpose };
  return clients.iam(await openSession(clients.sts, request, signal));
}
