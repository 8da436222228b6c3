import type { Failure } from '../aws/failure.ts';

/** An account as `ListAccounts` returned it. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
export interface OrganizationAccount {
  readonly id: string;
  readonly name: string;
  /** `State`, or the retired `Status` where `State` is absent; `UNKNOWN` where both are. Only `ACTIVE` is swept. */
  readonly state: string;
  readonly isManagementAccount: boolean;
}

/** An account as a page of the list names it. */
export interface ListedAccount extends OrganizationAccount {
  /** `Paths` as it came. The model has it; nobody says that every answer has. */
  readonly paths?: readonly string[];
}

/** Where an account hangs: ids from the root down to its OU, or why that is not known. */
export type Placement =
  | { readonly known: true; readonly path: readonly string[] }
  | { readonly known: false; readonly failure: Failure };

/** Whether an account carries the opt-out tag, or why that is not known. */
export type OptOutTagState =
  { readonly known: true; readonly optedOut: boolean } | { readonly known: false; readonly failure: Failure };
