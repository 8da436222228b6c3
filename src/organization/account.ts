import type { Failure } from '../aws/failure.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
export interface OrganizationAccount {
  readonly id: string;
  readonly name: string;
  /** `State`, or the retired `Status` where there is no `State`; `UNKNOWN` without either. */
  readonly state: string;
  readonly isManagementAccount: boolean;
}

/** An account on a page of `ListAccounts`. */
export interface ListedAccount extends OrganizationAccount {
  /** `Paths`, which AWS does not promise in every response. */
  readonly paths?: readonly string[];
}

/** IDs from the root down to an account's OU, or why they are unknown. */
export type Placement =
  | { readonly known: true; readonly path: readonly string[] }
  | { readonly known: false; readonly failure: Failure };

/** Whether an account has the opt-out tag, or why that is unknown. */
export type OptOutTagState =
  { readonly known: true; readonly optedOut: boolean } | { readonly known: false; readonly failure: Failure };
