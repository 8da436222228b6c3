/**
 * Narrows a run to some accounts (`--account`, `--ou`, the event's `accounts`): those that either list names. Absent: no
 * such filter. It only narrows: an account that the configuration leaves out stays left out when it is named.
 */
export interface Filters {
  readonly accounts?: readonly string[] | undefined;
  /** Ids of OUs or roots; everything below them is asked for. */
  readonly organizationalUnits?: readonly string[] | undefined;
}
