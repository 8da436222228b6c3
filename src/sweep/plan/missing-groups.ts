/** What is known of the groups of one target. */
export interface GroupsRead {
  /** That the configuration names for it. */
  readonly groups: readonly string[];
  /** Those of them that it does not have; undefined: it could not be read. */
  readonly absent: readonly string[] | undefined;
}

/** A group that was found in no account. */
export interface GroupMissingEverywhere {
  readonly group: string;
  /** Accounts that were read and do not have it. */
  readonly read: number;
  /** Accounts that could not be read; each may have it. */
  readonly unread: number;
}

/**
 * Groups that none of the accounts has which were read: most likely misspelt. An account that could not be read speaks for
 * nothing, or one of thousands would hide the misspelling. Pure.
 */
export function groupsMissingEverywhere(asked: readonly GroupsRead[]): GroupMissingEverywhere[] {
  const names = new Set(asked.flatMap(({ groups }) => groups));
  return [...names].flatMap((group) => {
    const naming = asked.filter(({ groups }) => groups.includes(group));
    const read = naming.filter(({ absent }) => absent !== undefined);
    const nowhere = read.length > 0 && read.every(({ absent }) => absent?.includes(group));
    return nowhere ? [{ group, read: read.length, unread: naming.length - read.length }] : [];
  });
}

/** `none of the 40 accounts that it is configured for`, or how many of them say so. */
export function noneOf({ read, unread }: GroupMissingEverywhere, all: string): string {
  return unread === 0
    ? `none of the ${read} accounts that ${all}`
    : `none of the ${read} accounts that could be read (${unread} could not)`;
}
