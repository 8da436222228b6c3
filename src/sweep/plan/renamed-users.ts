import type { IamUser } from '../../aws/iam/user.ts';
import type { UnreadUser } from '../../ledger/record.ts';

/**
 * Tells those who were renamed from those who were deleted, among members whom IAM did not know any more when it was asked for
 * their keys: both answers are the same. Who is gone has no keys; who is still a member may have some that nobody has seen. Pure.
 * @param members of the same groups, read after that
 */
export function renamedUsers(missing: readonly IamUser[], members: readonly IamUser[]): UnreadUser[] {
  const names = new Map(members.map(({ userId, userName }) => [userId, userName]));
  return missing.flatMap(({ userId, userName }): UnreadUser[] => {
    const name = names.get(userId);
    if (name === undefined) return [];
    const message = `${userName} was renamed while the account was read: a group has the same user as ${name} now. Run again.`;
    return [{ userName, failure: { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message } }];
  });
}
