/** The groups of one target. */
export interface GroupsRead {
  /** Those that the configuration names. */
  readonly groups: readonly string[];
  /** Those of them that are missing there; undefined: the account could not be read. */
  readonly absent: readonly string[] | undefined;
}

export interface GroupMissingEverywhere {
  readonly group: string;
  /** Accounts that were read. */
  readonly read: number;
  /** Accounts that could not be read and may have it. */
  readonly unread: number;
}

/**
 * Groups that no readable account has: most likely misspelled. One unreadable account of thousands must not
 * hide it.
 */
export function groupsMissingEverywhere(targets: readonly GroupsRead[]): GroupMissingEverywhere[] {
  const names = new Set(targets.flatMap(({ groups }) => groups));
  return [...names].flatMap((group) => {
    const configured = targets.filter(({ groups }) => groups.includes(group));
    const read = configured.filter(({ absent }) => absent !== undefined);
    const missing = read.length > 0 && read.every(({ absent }) => absent?.includes(group));
    return missing ? [{ group, read: read.length, unread: configured.length - read.length }] : [];
  });
}

/** @returns such as `none of the 40 accounts that it is configured for` */
export function noneOf({ read, unread }: GroupMissingEverywhere, all: string): string {
  return unread === 0
    ? `none of the ${read} accounts that ${all}`
    : `none of the ${read} accounts that could be read (${unread} could not)`;
}
