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

/** Groups that no readable account has. One unreadable account of thousands must not hide it. */
export function groupsMissingEverywhere(targets: readonly GroupsRead[]): GroupMissingEverywhere[] {
  const names = new Set(targets.flatMap(({ groups }) => groups));
  return [...names].flatMap((group) => {
    const configured = targets.filter(({ groups }) => groups.includes(group));
    const read = configured.filter(({ absent }) => absent !== undefined);
    const missing = read.length > 0 && read.every(({ absent }) => absent?.includes(group));
    return missing ? [{ group, read: read.length, unread: configured.length - read.length }] : [];
  });
}

/** One or two accounts with settings of their own may lack a group that is right. */
const FEW = 2;

/**
 * Whether a group that no account has is most likely misspelled, so that keys of its members are missed.
 * @param defaults the groups of accounts without an override
 */
export function looksMisspelled(
  { group, read }: GroupMissingEverywhere,
  defaults: readonly string[],
): boolean {
  return read > FEW || defaults.includes(group);
}

/** @returns such as `exists in none of the 40 accounts that it is configured for` */
export function describeMissing({ read, unread }: GroupMissingEverywhere, all: string): string {
  const which = unread === 0 ? all : `could be read (${unread} could not)`;
  return read === 1
    ? `does not exist in the only account that ${which}`
    : `exists in none of the ${read} accounts that ${which}`;
}
