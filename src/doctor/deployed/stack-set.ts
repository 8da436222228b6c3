import {
  paginateListStackInstances,
  type CallAs,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';

import { hasCode } from '../../aws/errors.ts';
import { byNextToken, completeList } from '../../aws/complete-list.ts';

/** What a StackSet deploys to one account. */
export interface StackInstance {
  readonly accountId: string;
  /** `CURRENT`, `OUTDATED` or `INOPERABLE`. */
  readonly status: string;
  /** How its last operation ended, such as `FAILED`, or `RUNNING`. */
  readonly detailedStatus: string;
  readonly reason: string | undefined;
}

const CALL = 'cloudformation:ListStackInstances';

/** @returns undefined when the StackSet does not exist @throws CallFailedError */
export async function readStackInstances(
  client: CloudFormationClient,
  stackSet: { readonly name: string; readonly callAs: CallAs },
  abortSignal: AbortSignal,
): Promise<StackInstance[] | undefined> {
  const input = { StackSetName: stackSet.name, CallAs: stackSet.callAs };
  const pages = paginateListStackInstances({ client }, input, { abortSignal });
  const found: StackInstance[] = [];
  try {
    for await (const { Summaries = [] } of completeList(CALL, pages, byNextToken))
      for (const { Account, Status, StackInstanceStatus, StatusReason } of Summaries)
        found.push({
          accountId: Account ?? 'UNKNOWN',
          status: Status ?? 'UNKNOWN',
          detailedStatus: StackInstanceStatus?.DetailedStatus ?? 'UNKNOWN',
          reason: StatusReason,
        });
    return found;
  } catch (error) {
    if (hasCode(error, 'StackSetNotFoundException')) return undefined;
    throw error;
  }
}
