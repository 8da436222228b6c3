import type { Exempt, Tag } from '../config/schema.ts';
import type { IamUser } from '../aws/iam/user.ts';

/** `*` in a pattern matches any characters. IAM compares names without case. */
export function exemptByName({ userName }: IamUser, { users }: Exempt): boolean {
  return users.some((pattern) => matches(userName, pattern));
}

/** Keys without case, values with it: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function exemptByTag(tags: ReadonlyMap<string, string>, exempt: Tag): boolean {
  return [...tags].some(
    ([key, value]) => key.toLowerCase() === exempt.key.toLowerCase() && value === exempt.value,
  );
}

/**
 * Finds each piece after the one before, in linear time, where a regular expression can run for ever. The
 * slashes, which no name contains, anchor the first and the last piece.
 */
function matches(name: string, pattern: string): boolean {
  const text = `/${name.toLowerCase()}/`;
  let at = 0;
  for (const piece of `/${pattern.toLowerCase()}/`.split('*')) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
