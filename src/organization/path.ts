import type { ListedAccount } from './account.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html, `Paths` */
const ROOT_AND_UNITS = /^r-[0-9a-z]{4,32}(\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})*$/;

/**
 * IDs from the root down to the account's OU, from its path `o-…/r-…/ou-…/<account>/`.
 * @returns undefined unless there is exactly one path, of this organization and this account
 */
export function pathOf({ id, paths }: ListedAccount, organizationId: string): readonly string[] | undefined {
  const [path, ...others] = paths ?? [];
  const start = `${organizationId}/`;
  const end = `/${id}/`;
  if (path === undefined || others.length > 0 || !path.startsWith(start) || !path.endsWith(end))
    return undefined;
  const between = path.slice(start.length, -end.length);
  return ROOT_AND_UNITS.test(between) ? between.split('/') : undefined;
}
