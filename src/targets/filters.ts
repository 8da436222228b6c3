/**
 * Narrows a run (`--account`, `--ou`, the event's `accounts`) to accounts in either list. Absent: no filter.
 * An account that the configuration leaves out stays left out.
 */
export interface Filters {
  readonly accounts?: readonly string[] | undefined;
  /** IDs of OUs or roots; selects every account below them. */
  readonly organizationalUnits?: readonly string[] | undefined;
}
