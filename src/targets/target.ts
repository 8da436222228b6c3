import type { Exempt, RotationRole, Rules } from '../config/schema.ts';
import type { Failure } from '../aws/failure.ts';
import type { OrganizationAccount } from '../organization/account.ts';

export interface AccountSettings {
  readonly armed: boolean;
  readonly groups: readonly string[];
  readonly rules: Rules;
  readonly exempt: Exempt;
  readonly rotationRole: RotationRole;
  readonly callsPerAccount: number;
}

/** An account to sweep. */
export interface TargetAccount {
  readonly account: OrganizationAccount;
  readonly settings: AccountSettings;
}

/** An account that is not swept, and its outcome in the ledger. */
export interface LeftOutAccount {
  readonly account: OrganizationAccount;
  readonly outcome: 'opted-out' | 'out-of-scope' | 'not-active';
  readonly reason: string;
}

/** An account with too little known to decide whether it is a target: nothing is written there. */
export interface UndecidedAccount {
  readonly account: OrganizationAccount;
  readonly failure: Failure;
}

export interface Selection {
  readonly targets: readonly TargetAccount[];
  readonly leftOut: readonly LeftOutAccount[];
  readonly undecided: readonly UndecidedAccount[];
  /** Opt-outs that have ended, or end within 7 days. */
  readonly warnings: readonly string[];
}
