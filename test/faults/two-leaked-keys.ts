import type { OtherRequest } from '../../sandbox/faults/faults.ts';
import { smallOrganization } from '../crash/organization.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf, type Stage } from '../properties/stage.ts';

/** What each call may get instead of its answer. */
export const OTHERS: Readonly<Record<string, readonly OtherRequest[]>> = {
  'sts:GetAccessKeyInfo': [{ call: 'GetCallerIdentity' }],
  'organizations:DescribeAccount': [{ call: 'ListAccounts' }],
  'sts:AssumeRole': [{ call: 'GetCallerIdentity' }, { account: '100000000003' }],
  'iam:GetAccessKeyLastUsed': [{ call: 'ListAccessKeys' }, { account: '100000000003' }],
  'iam:UpdateAccessKey': [{ call: 'ListAccessKeys' }],
};

export const staged = (): Stage => stageOf(smallOrganization('deactivate'), KEYSWEEP);

/** Of one user in each of two accounts. */
export function leakedKeys({ built: { organization, accountIds } }: Stage): string[] {
  return [1, 2].flatMap((at) =>
    organization.user(accountIds[at] ?? '', 'ada').keys.map(({ accessKeyId }) => accessKeyId),
  );
}

export function activeOf(stage: Stage): string[] {
  const { keys } = stage.world();
  return leakedKeys(stage).filter((id) => keys.get(id)?.status === 'Active');
}
