import type { IamUser } from '../../aws/iam/user.ts';
import type { UnreadUser } from '../../ledger/record.ts';

/**
 * Finds renamed users among those that no longer exist under their name: IAM's response is the same as for
 * deleted ones, but a renamed user may have keys.
 * @param members of the same groups, read afterwards
 */
export function renamedUsers(missing: readonly IamUser[], members: readonly IamUser[]): UnreadUser[] {
  const names = new Map(members.map(({ userId, userName }) => [userId, userName]));
  return missing.flatMap(({ userId, userName }): UnreadUser[] => {
    const name = names.get(userId);
    if (name === undefined) return [];
    const message = `${userName} was renamed to ${name} while the account was read. Run again.`;
    return [{ userName, failure: { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message } }];
  });
}
