import type { IamUser } from '../../aws/iam/user.ts';
import type { UnreadUser } from '../../ledger/record.ts';

/** Users about whom IAM was asked by name. */
interface AskedByName {
  /** IAM said that there is no such user, which may mean deleted; a renamed user may have keys. */
  readonly missing: readonly IamUser[];
  /** It said something by which their keys are kept. */
  readonly byName: readonly IamUser[];
}

/**
 * Finds users who were renamed meanwhile, so that the answers were about nobody, or about somebody else.
 * @param members of the same groups, read afterwards
 */
export function renamedUsers({ missing, byName }: AskedByName, members: readonly IamUser[]): UnreadUser[] {
  const names = new Map(members.map(({ userId, userName }) => [userId, userName]));
  const changed = byName.filter(({ userId, userName }) => names.get(userId) !== userName);
  return [...missing, ...changed].flatMap(({ userId, userName }): UnreadUser[] => {
    const name = names.get(userId);
    if (name === undefined) return [];
    const message = `${userName} was renamed to ${name} while the account was read. Run again.`;
    return [{ userName, failure: { kind: 'failed', call: 'iam:ListAccessKeys', code: 'Renamed', message } }];
  });
}
